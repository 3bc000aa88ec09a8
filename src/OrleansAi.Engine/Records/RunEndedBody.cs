using System.Text.Json.Serialization;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Sealing;

namespace OrleansAi.Engine.Records;

/// <summary>The body of a run's end, with its whole chain.</summary>
public sealed record RunEndedBody : RecordBody
{
    /// <summary>The run's id.</summary>
    [JsonPropertyName("run")]
    public required string RunId { get; init; }

    /// <summary>Where the run's admission stands.</summary>
    [JsonPropertyName("adm")]
    public required long AdmittedPosition { get; init; }

    /// <summary>How the run ended.</summary>
    [JsonPropertyName("status")]
    public required RunStatus Status { get; init; }

    /// <summary>When the run ended, Unix milliseconds.</summary>
    [JsonPropertyName("at")]
    public required long EndedAt { get; init; }

    /// <summary>The attempt that ended the run, from 1.</summary>
    [JsonPropertyName("attempt")]
    public int Attempt { get; init; } = 1;

    /// <summary>How often the run was recovered.</summary>
    [JsonPropertyName("recoveries")]
    public int Recoveries { get; init; }

    /// <summary>Why the answer is cut.</summary>
    [JsonPropertyName("cut")]
    public string? IncompleteReason { get; init; }

    /// <summary>Why the run failed.</summary>
    [JsonPropertyName("error")]
    public RunError? Error { get; init; }

    /// <summary>What carried the run out; null for what admitted it, and in records of earlier builds.</summary>
    [JsonPropertyName("by")]
    public ExecutionOrigin? Origin { get; init; }

    /// <summary>What the run waited for before its first step; null in records of earlier builds.</summary>
    [JsonPropertyName("w")]
    public RunWait? Wait { get; init; }

    /// <summary>True when only what recovery and the conversation need was recorded.</summary>
    [JsonPropertyName("min")]
    public bool IsMinimal { get; init; }

    /// <summary>The executed steps, in order.</summary>
    [JsonPropertyName("steps")]
    public required IReadOnlyList<StepBody> Steps { get; init; }

    /// <summary>What the model wrote; null when it was not called or nothing came.</summary>
    [JsonIgnore]
    public ModelOutput? ModelOutput
    {
        get
        {
            for (var i = Steps.Count - 1; i >= 0; i--)
            {
                if (Steps[i].Model is { } output)
                {
                    return output;
                }
            }

            return null;
        }
    }

    /// <inheritdoc />
    public override IEnumerable<StoredText> Texts() => Steps.SelectMany(static step => step.Texts());

    /// <summary>True when there was content, and nothing of it can be read any more or was kept.</summary>
    [JsonIgnore]
    public bool IsDestroyed { get; init; }

    /// <inheritdoc />
    internal override RecordBody Seal(UnitWriter writer)
    {
        var units = new UnitCounter();
        var exchanges = new List<StepExchange>();
        var steps = new StepBody[Steps.Count];
        for (var i = 0; i < steps.Length; i++)
        {
            var exchange = Steps[i].ToExchange(i);
            if (!exchange.IsEmpty)
            {
                exchanges.Add(exchange);
            }

            steps[i] = Steps[i].Seal(writer, units);
        }

        if (Error is not null || exchanges.Count > 0)
        {
            var content = new ExchangeContent { Error = Error?.Message, Steps = exchanges.Count > 0 ? exchanges : null };
            writer.Write(ContentUnits.Exchange, content, RecordSerializer.TypeOf<ExchangeContent>());
        }

        return this with { Steps = steps, Error = Error is null ? null : Error with { Message = "" } };
    }

    /// <inheritdoc />
    internal override RecordBody Open(UnitReader reader)
    {
        var exchange = reader.Has(ContentUnits.Exchange)
            ? reader.Read(ContentUnits.Exchange, RecordSerializer.TypeOf<ExchangeContent>())
            : null;
        var steps = Steps.Select((step, index) => step.Open(reader, exchange?.Steps?.FirstOrDefault(one => one.Index == index))).ToArray();
        return this with
        {
            Steps = steps,
            Error = StepBody.Open(Error, exchange?.Error),
            IsDestroyed = reader.IsAllDestroyed,
        };
    }
}

/// <summary>What a run waited for before its first step, in microseconds.</summary>
public sealed record RunWait
{
    /// <summary>Making the admission durable; null where another process took the run up.</summary>
    [JsonPropertyName("s")]
    public long? Storage { get; init; }

    /// <summary>The turns before it, since the admission or since a process took the run up.</summary>
    [JsonPropertyName("q")]
    public long Queue { get; init; }
}
