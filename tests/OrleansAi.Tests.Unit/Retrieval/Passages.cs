using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Retrieval;
using OrleansAi.Tests.Unit.Engine;

namespace OrleansAi.Tests.Unit.Retrieval;

/// <summary>Passages and runs with them to test with.</summary>
internal static class Passages
{
    public static readonly FileSearch Search = new() { Collections = ["vs_1"] };

    public static RetrievedPassage Of(string text, int tokens = 10, string file = "file-1") => new()
    {
        CollectionId = "vs_1",
        Version = 7,
        DocumentId = file,
        DocumentHash = new string('a', 64),
        Name = "facts.md",
        Index = 0,
        Start = 5,
        Length = text.Length,
        Tokens = tokens,
        Score = 0.5f,
        Text = text,
    };

    /// <summary>A run that asks for a search.</summary>
    public static RunAdmittedBody Admitted(string text, bool stream = false, TurnOptions? options = null, RouteRetrieval? route = null) =>
        Given.Admitted(text, stream, (options ?? new TurnOptions()) with { FileSearch = Search }) with { Retrieval = route ?? new RouteRetrieval() };
}

/// <summary>Collections that say what they are told, and count.</summary>
internal sealed class ScriptedRetriever(params RetrievedPassage[] passages) : IRetriever
{
    public int Embedded { get; private set; }

    public int Searched { get; private set; }

    public Exception? Fails { get; set; }

    public EmbeddingVectors? Vector { get; private set; }

    public Task<QuestionVectors> EmbedAsync(RetrievalWish wish, long deadline, CancellationToken cancellationToken)
    {
        Embedded++;
        return Fails is null
            ? Task.FromResult(new QuestionVectors(
                [new ConfirmedHead("vs_1", 7, "m")], new Dictionary<string, EmbeddingVectors> { ["m"] = EmbeddingVectors.Of([[1, 2]]) }))
            : Task.FromException<QuestionVectors>(Fails);
    }

    public Task<CollectionPassages?> SearchAsync(
        RetrievalWish wish, ConfirmedHead head, EmbeddingVectors? vector, long deadline, CancellationToken cancellationToken)
    {
        Searched++;
        Vector = vector;
        return Task.FromResult<CollectionPassages?>(new CollectionPassages(
            passages, new SearchedCollection { Id = head.Id, Version = head.Version, EmbeddingModel = head.Model }));
    }
}
