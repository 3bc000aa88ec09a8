using System.Text.Json.Serialization;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Sealing;

namespace OrleansAi.Engine.Records;

/// <summary>One executed step: what went in (by hash), what came out, when, where and at what cost.</summary>
public sealed record StepBody
{
    private const string DestroyedMessage = "The message was destroyed together with the content that it may quote.";

    /// <summary>The kind of step.</summary>
    [JsonPropertyName("stage")]
    public required Stage Stage { get; init; }

    /// <summary>How often the step was begun, from 1.</summary>
    [JsonPropertyName("n")]
    public int Attempt { get; init; } = 1;

    /// <summary>SHA-256 of the input, base 64.</summary>
    [JsonPropertyName("ih")]
    public required string InputHash { get; init; }

    /// <summary>When the step began, Unix milliseconds.</summary>
    [JsonPropertyName("at")]
    public required long StartedAt { get; init; }

    /// <summary>How long it took, microseconds.</summary>
    [JsonPropertyName("us")]
    public required long DurationMicroseconds { get; init; }

    /// <summary>The silo that executed it.</summary>
    [JsonPropertyName("silo")]
    public required string Silo { get; init; }

    /// <summary>The error, when the step failed.</summary>
    [JsonPropertyName("error")]
    public RunError? Error { get; init; }

    /// <summary>The output of <see cref="Stage.PromptAssembly"/>.</summary>
    [JsonPropertyName("prompt")]
    public PromptOutput? Prompt { get; init; }

    /// <summary>The output of <see cref="Stage.ModelExecution"/>.</summary>
    [JsonPropertyName("out")]
    public ModelOutput? Model { get; init; }

    /// <summary>The output of <see cref="Stage.ToolExecution"/>.</summary>
    [JsonPropertyName("tools")]
    public IReadOnlyList<StoredToolAnswer>? Tools { get; init; }

    /// <summary>The output of <see cref="Stage.Embedding"/>.</summary>
    [JsonPropertyName("emb")]
    public EmbeddingOutput? Embedding { get; init; }

    /// <summary>The output of <see cref="Stage.Retrieval"/>.</summary>
    [JsonPropertyName("ret")]
    public RetrievalOutput? Retrieval { get; init; }

    /// <summary>The texts of the step.</summary>
    public IEnumerable<StoredText> Texts() =>
        Model?.Texts()
        ?? Tools?.SelectMany(static answer => answer.Texts())
        ?? Retrieval?.Texts()
        ?? Embedding?.Vectors?.Select(static vector => vector.Numbers).OfType<StoredText>()
        ?? [];

    /// <summary>A failure as it is shown: where its message was destroyed, it says so.</summary>
    internal static RunError? Open(RunError? error, string? message) =>
        error is null ? null : error with { Message = message ?? (error.Message.Length > 0 ? error.Message : DestroyedMessage) };

    /// <summary>What of the step contains several items or may quote them.</summary>
    internal StepExchange ToExchange(int index)
    {
        var calls = Model?.Calls?.Select(static call => new CallExchange { Message = call.Message, Response = call.Response }).ToArray();
        return new StepExchange
        {
            Index = index,
            Error = Error?.Message,
            Deltas = Model?.Deltas,
            Messages = Model is null ? null : OutputUnits.WithoutNotes(Model),
            Abandoned = Model?.Abandoned,
            Tools = Tools,
            Calls = calls?.Any(static call => call.Message is not null || call.Response is not null) == true ? calls : null,
            Verdicts = Model?.Verdicts?.Any(static verdict => verdict.Detail is not null) == true
                ? [.. Model.Verdicts.Select(static verdict => verdict.Detail)]
                : null,
            Context = Prompt?.Context,
            Vectors = Embedding?.Vectors?.Any(static vector => vector.Numbers is not null) == true
                ? [.. Embedding.Vectors.Select(static vector => vector.Numbers!)]
                : null,
            Query = Retrieval?.Query,
            Passages = Retrieval?.Contents(),
        };
    }

    internal StepBody Seal(UnitWriter writer, UnitCounter units) => this with
    {
        Error = Error is null ? null : Error with { Message = "" },
        Model = Model?.Seal(writer, units),
        Tools = null,
    };

    internal StepBody Open(UnitReader reader, StepExchange? exchange) => this with
    {
        Error = Open(Error, exchange?.Error),
        Model = Model?.Open(reader, exchange),
        Tools = exchange?.Tools ?? Tools,
        Prompt = Prompt is null || exchange?.Context is not { } context ? Prompt : Prompt.With(context),
        Embedding = Embedding is null || exchange?.Vectors is not { } vectors ? Embedding : Embedding with
        {
            Vectors = [.. Embedding.Vectors!.Select((vector, index) => vector with { Numbers = vectors[index] })],
        },
        Retrieval = Retrieval?.With(exchange?.Query, exchange?.Passages),
    };
}

/// <summary>What prompt assembly decided. The history it took is told by its range, so a long conversation costs no more.</summary>
public sealed record PromptOutput
{
    /// <summary>The vendor of the chosen candidate.</summary>
    [JsonPropertyName("vendor")]
    public required string Vendor { get; init; }

    /// <summary>The vendor's name of the model.</summary>
    [JsonPropertyName("model")]
    public required string Model { get; init; }

    /// <summary>Where the first turn that was taken ended; 0 when none was.</summary>
    [JsonPropertyName("from")]
    public long FirstTurnPosition { get; init; }

    /// <summary>How many turns of history were taken.</summary>
    [JsonPropertyName("turns")]
    public int Turns { get; init; }

    /// <summary>How many messages the request has.</summary>
    [JsonPropertyName("messages")]
    public int Messages { get; init; }

    /// <summary>SHA-256 of the request in no vendor's words, base 64.</summary>
    [JsonPropertyName("hash")]
    public required string RequestHash { get; init; }

    /// <summary>The better candidates of the route that were in trouble; null for none.</summary>
    [JsonPropertyName("over")]
    public IReadOnlyList<PassedOverCandidate>? PassedOver { get; init; }

    /// <summary>True when all candidates were in trouble, so that the first was taken.</summary>
    [JsonPropertyName("none")]
    public bool NoneUsable { get; init; }

    /// <summary>What was considered, packed by <see cref="Retrieval.ContextManifest"/>; sealed apart, null in records of earlier builds.</summary>
    [JsonIgnore]
    public byte[]? Context { get; init; }

    /// <summary>True when the model is offered no tools, because its context holds passages.</summary>
    [JsonPropertyName("noTools")]
    public bool DeniesTools { get; init; }

    internal PromptOutput With(byte[] context) => this with { Context = context };
}
