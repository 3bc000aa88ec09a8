using System.Globalization;
using OrleansAi.Contracts.Comparison;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;

namespace OrleansAi.Engine.Compare;

/// <summary>
/// Compares what two runs were told: what was found, and the manifests of their contexts. A piece is known by its hash, a passage that
/// is not the same by its place in its document, and of each is told whether it was kept, why not, and how many tokens it has.
/// </summary>
internal static class ContextDiffer
{
    /// <summary>How the questions' embeddings differ. Inputs are not compared: the hash of each has its run's own id.</summary>
    public static FieldDiffs Embedding(EmbeddingOutput? a, EmbeddingOutput? b)
    {
        var fields = new FieldDiffs();
        fields.Add("embedding_model", Models(a), Models(b));
        return fields;
    }

    /// <summary>What of a search differs but its passages.</summary>
    public static FieldDiffs Retrieval(RetrievalOutput? a, RetrievalOutput? b)
    {
        var fields = new FieldDiffs();
        if (a is null || b is null)
        {
            fields.Add("collections", Collections(a), Collections(b));
            return fields;
        }

        foreach (var id in a.Collections.Concat(b.Collections).Select(static one => one.Id).Distinct(StringComparer.Ordinal))
        {
            var (oneA, oneB) = (Find(a, id), Find(b, id));
            fields.Add($"version of {id}", oneA?.Version, oneB?.Version);
            fields.Add($"missing of {id}", Missing(oneA), Missing(oneB));
        }

        return fields;
    }

    /// <summary>The passages that were found, best first; null where they are the same, or where those of one run were destroyed.</summary>
    public static ListDiff? Passages(RetrievalOutput? a, RetrievalOutput? b) => a is { IsDestroyed: true } || b is { IsDestroyed: true }
        ? null
        : ListDiffer.Compare("passages", Passages(a), Passages(b));

    /// <summary>The pieces that were considered for the model calls, in their order; null where they are the same, or are not known.</summary>
    public static ListDiff? Context(ComparedSide a, PromptOutput? promptA, ComparedSide b, PromptOutput? promptB)
    {
        var (piecesA, piecesB) = (ContextManifest.Of(a.Ended, promptA), ContextManifest.Of(b.Ended, promptB));
        return piecesA is null || piecesB is null ? null : ListDiffer.Compare("context", Pieces(piecesA, a), Pieces(piecesB, b));
    }

    /// <summary>How many tokens of a kind were kept, by the manifest; null where there is none.</summary>
    public static int? Tokens(ComparedSide side, PromptOutput? prompt) =>
        ContextManifest.Of(side.Ended, prompt)?.Where(static piece => piece.Drop == ContextDrop.None).Sum(static piece => piece.Tokens);

    private static List<ListEntry> Passages(RetrievalOutput? found) =>
    [
        .. (found?.ToPassages() ?? []).Select(static passage => new ListEntry("passage", Name(passage), $"{Name(passage)}\0{passage.Text}", passage.Text)),
    ];

    private static List<ListEntry> Pieces(IReadOnlyList<ContextPiece> pieces, ComparedSide side)
    {
        var passages = side.Ended?.Steps.Select(static step => step.Retrieval).FirstOrDefault(static found => found is not null)?.ToPassages() ?? [];
        var counts = new Dictionary<ContextPieceKind, int>();
        var entries = new List<ListEntry>(pieces.Count);
        foreach (var piece in pieces)
        {
            var number = counts[piece.Kind] = counts.GetValueOrDefault(piece.Kind) + 1;
            var source = piece.Passage is { } place && place < passages.Count ? passages[place] : null;
            var name = source is not null ? Name(source)
                : piece.Kind is ContextPieceKind.History or ContextPieceKind.Tool ? (piece.Hash.Length > 0 ? piece.Hash : "older turns")
                : number.ToString(CultureInfo.InvariantCulture);
            var version = source is null ? "" : $", version {source.Version}";
            var state = piece.Drop == ContextDrop.None ? "kept" : $"left out: {DropName(piece.Drop)}";
            entries.Add(new ListEntry(KindName(piece.Kind), name, $"{piece.Hash}\0{piece.Drop}", $"{piece.Tokens} tokens, {state}{version}"));
        }

        return entries;
    }

    private static string Name(RetrievedPassage passage) => $"{passage.DocumentId}#{passage.Index}";

    private static string KindName(ContextPieceKind kind) => kind.ToString().ToLowerInvariant();

    private static string DropName(ContextDrop drop) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(drop.ToString());

    private static string? Models(EmbeddingOutput? output) => output is null
        ? null
        : string.Join(", ", output.Collections.Select(static one => one.Model).Distinct(StringComparer.Ordinal));

    private static string? Collections(RetrievalOutput? output) => output is null
        ? null
        : string.Join(", ", output.Collections.Select(static one => $"{one.Id} {one.Version}"));

    private static StoredSearch? Find(RetrievalOutput output, string id) => output.Collections.FirstOrDefault(one => one.Id == id);

    private static string? Missing(StoredSearch? searched) => searched?.Missing is { Count: > 0 } missing ? string.Join(", ", missing) : null;
}
