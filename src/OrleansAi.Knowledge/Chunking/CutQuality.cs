namespace OrleansAi.Knowledge.Chunking;

/// <summary>How good a place is to cut a document at.</summary>
internal enum CutQuality
{
    /// <summary>Within a word, or a text without words.</summary>
    Anywhere,

    /// <summary>Within code that would fit a chunk of its own.</summary>
    Code,

    /// <summary>Before a word.</summary>
    Word,

    /// <summary>Before a line or a sentence.</summary>
    Sentence,

    /// <summary>Before a paragraph.</summary>
    Block,

    /// <summary>Before a heading.</summary>
    Heading,
}
