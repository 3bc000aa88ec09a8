using System.Text.Json.Serialization;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Sealing;

namespace OrleansAi.Engine.Records;

/// <summary>The body of a run's admission: everything that the run needs, so that any process can carry it out.</summary>
public sealed record RunAdmittedBody : RecordBody
{
    private static readonly TurnOptions NoOptions = new();
    private TurnOptions? _options;

    /// <summary>The run's id.</summary>
    [JsonPropertyName("run")]
    public required string RunId { get; init; }

    /// <summary>Where the run came from.</summary>
    [JsonPropertyName("kind")]
    public RunKind Kind { get; init; }

    /// <summary>The route.</summary>
    [JsonPropertyName("model")]
    public required string Model { get; init; }

    /// <summary>When the run was admitted, Unix milliseconds.</summary>
    [JsonPropertyName("at")]
    public required long CreatedAt { get; init; }

    /// <summary>The new messages.</summary>
    [JsonPropertyName("in")]
    public required IReadOnlyList<StoredItem> Input { get; init; }

    /// <summary>Instructions for this turn alone.</summary>
    [JsonPropertyName("instr")]
    public StoredText? Instructions { get; init; }

    /// <summary>What is asked besides, as JSON: a text, because the same tools come with turn after turn and are stored once.</summary>
    [JsonPropertyName("opt")]
    public StoredText? OptionsText { get; init; }

    /// <summary>True when the content is destroyed once the run has ended. Stands apart from the options, which are content too.</summary>
    [JsonPropertyName("forget")]
    public bool Forget { get; init; }

    /// <summary>What the route says about retrieval; null for a turn that is told nothing out of collections.</summary>
    [JsonPropertyName("ret")]
    public RouteRetrieval? Retrieval { get; init; }

    /// <summary>The turn of another conversation that this one began behind.</summary>
    [JsonPropertyName("fork")]
    public ForkPoint? Fork { get; init; }

    /// <summary>The run that this one is a fork of, and how it differs from it.</summary>
    [JsonPropertyName("origin")]
    public ForkOrigin? ForkedFrom { get; init; }

    /// <summary>Outputs of steps that were given to the run.</summary>
    [JsonPropertyName("given")]
    public IReadOnlyList<GivenOutput>? Given { get; init; }

    /// <summary>The outputs that calls of functions are answered with.</summary>
    [JsonPropertyName("outputs")]
    public IReadOnlyList<StoredToolAnswer>? ToolOutputs { get; init; }

    /// <summary>What a fork's origin found, which the fork takes in the place of a search; what it says is sealed.</summary>
    [JsonPropertyName("found")]
    public RetrievalOutput? Found { get; init; }

    /// <summary>What is asked besides.</summary>
    /// <exception cref="InvalidDataException">The record cannot be read.</exception>
    [JsonIgnore]
    public TurnOptions Options => _options ??= OptionsText is null ? NoOptions : OptionsCodec.Read(OptionsText.Text);

    /// <summary>The knobs of the model call.</summary>
    [JsonPropertyName("sampling")]
    public Sampling? Sampling { get; init; }

    /// <summary>True when the vendor is asked for a stream.</summary>
    [JsonPropertyName("stream")]
    public bool Stream { get; init; }

    /// <summary>True when the caller did not wait.</summary>
    [JsonPropertyName("bg")]
    public bool Background { get; init; }

    /// <summary>The response this turn continued from.</summary>
    [JsonPropertyName("prev")]
    public string? PreviousRunId { get; init; }

    /// <summary>True when other runs of its conversation were open when the run was admitted: its events tell that it waits.</summary>
    [JsonPropertyName("queued")]
    public bool Queued { get; init; }

    /// <summary>The caller's own pairs.</summary>
    [JsonPropertyName("meta")]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>True when the conversation came into being with this run.</summary>
    [JsonPropertyName("new")]
    public bool CreatesConversation { get; init; }

    /// <summary>The caller's idempotency key.</summary>
    [JsonPropertyName("key")]
    public string? IdempotencyKey { get; init; }

    /// <summary>SHA-256 of the request that came with the key, lower-case hexadecimal.</summary>
    [JsonPropertyName("keyHash")]
    public string? RequestHash { get; init; }

    /// <summary>The W3C trace context of the request, so that a recovered run stays in its trace.</summary>
    [JsonPropertyName("trace")]
    public string? TraceParent { get; init; }

    /// <summary>True when nothing of what was asked can be read any more.</summary>
    [JsonIgnore]
    public bool IsDestroyed { get; init; }

    /// <summary>The silo that admitted the run.</summary>
    [JsonPropertyName("silo")]
    public required string Silo { get; init; }

    /// <summary>What admitted the run; null in records of earlier builds.</summary>
    [JsonPropertyName("by")]
    public ExecutionOrigin? Origin { get; init; }

    /// <inheritdoc />
    public override IEnumerable<StoredText> Texts()
    {
        foreach (var text in Input.SelectMany(static item => item.Texts))
        {
            yield return text;
        }

        if (Instructions is not null)
        {
            yield return Instructions;
        }

        if (OptionsText is not null)
        {
            yield return OptionsText;
        }

        foreach (var text in (Given ?? []).SelectMany(static given => given.Texts())
            .Concat((ToolOutputs ?? []).SelectMany(static output => output.Texts()))
            .Concat(Found?.Texts() ?? []))
        {
            yield return text;
        }
    }

    /// <inheritdoc />
    internal override RecordBody Seal(UnitWriter writer)
    {
        var input = StoredItem.Seal(Input, writer);
        var frame = new FrameContent
        {
            Instructions = Instructions,
            Options = OptionsText,
            Sampling = Sampling,
            Metadata = Metadata,
            Given = Given,
            ToolOutputs = ToolOutputs,
            Query = Found?.Query,
            Passages = Found?.Contents(),
        };
        if (!frame.IsEmpty)
        {
            writer.Write(ContentUnits.Frame, frame, RecordSerializer.TypeOf<FrameContent>());
        }

        return this with { Input = input, Instructions = null, OptionsText = null, Sampling = null, Metadata = null, Given = null, ToolOutputs = null };
    }

    /// <inheritdoc />
    internal override RecordBody Open(UnitReader reader)
    {
        var input = StoredItem.Open(Input, reader);
        var frame = reader.Has(ContentUnits.Frame) ? reader.Read(ContentUnits.Frame, RecordSerializer.TypeOf<FrameContent>()) : null;
        return this with
        {
            Input = input,
            Instructions = frame?.Instructions,
            OptionsText = frame?.Options,
            Sampling = frame?.Sampling,
            Metadata = frame?.Metadata,
            Given = frame?.Given,
            ToolOutputs = frame?.ToolOutputs,
            Found = Found?.With(frame?.Query, frame?.Passages),
            IsDestroyed = reader.IsAllDestroyed,
        };
    }
}

/// <summary>The body of a run's recovery.</summary>
public sealed record RunRecoveredBody : RecordBody
{
    /// <summary>The run's id.</summary>
    [JsonPropertyName("run")]
    public required string RunId { get; init; }

    /// <summary>The attempt that begins now, from 2. Its events and items are told apart from those before by it.</summary>
    [JsonPropertyName("attempt")]
    public required int Attempt { get; init; }

    /// <summary>The silo that took the run up.</summary>
    [JsonPropertyName("silo")]
    public required string Silo { get; init; }

    /// <summary>What took the run up; null in records of earlier builds.</summary>
    [JsonPropertyName("by")]
    public ExecutionOrigin? Origin { get; init; }
}
