namespace OrleansAi.Knowledge.Chunking;

/// <summary>The smallest part of a document that is not cut: a sentence, a line, or a part of one.</summary>
/// <param name="Start">Where it begins; it ends where the next one begins.</param>
/// <param name="Tokens">How many tokens it has.</param>
/// <param name="Cut">How good a place its beginning is to cut at.</param>
/// <param name="Block">The number of its block.</param>
/// <param name="IsExact">
/// True when the tokens of the text before it and from it on do not depend on each other, so that counts may be added.
/// </param>
internal readonly record struct Atom(int Start, int Tokens, CutQuality Cut, int Block, bool IsExact);
