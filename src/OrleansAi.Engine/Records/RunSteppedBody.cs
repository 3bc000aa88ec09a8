using System.Text.Json.Serialization;
using OrleansAi.Engine.Sealing;

namespace OrleansAi.Engine.Records;

/// <summary>
/// The body of a step that is done while its run is not: whoever takes the run up takes the step from here. Only of runs with a
/// retrieval; any other has nothing before its model call that would be worth a record.
/// </summary>
public sealed record RunSteppedBody : RecordBody
{
    /// <summary>The run's id.</summary>
    [JsonPropertyName("run")]
    public required string RunId { get; init; }

    /// <summary>The step's place among the executed ones, from 0.</summary>
    [JsonPropertyName("i")]
    public int Index { get; init; }

    /// <summary>The step.</summary>
    [JsonPropertyName("step")]
    public required StepBody Step { get; init; }

    /// <summary>True when the content is destroyed once the run has ended.</summary>
    [JsonPropertyName("forget")]
    public bool Forget { get; init; }

    /// <summary>True when the step was destroyed, so that nobody can go on from it.</summary>
    [JsonIgnore]
    public bool IsDestroyed { get; init; }

    /// <inheritdoc />
    public override IEnumerable<StoredText> Texts() => Step.Texts();

    /// <inheritdoc />
    internal override RecordBody Seal(UnitWriter writer)
    {
        var exchange = Step.ToExchange(0);
        if (!exchange.IsEmpty)
        {
            writer.Write(ContentUnits.Exchange, new ExchangeContent { Steps = [exchange] }, RecordSerializer.TypeOf<ExchangeContent>());
        }

        return this with { Step = Step.Seal(writer, new UnitCounter()) };
    }

    /// <inheritdoc />
    internal override RecordBody Open(UnitReader reader)
    {
        var exchange = reader.Has(ContentUnits.Exchange)
            ? reader.Read(ContentUnits.Exchange, RecordSerializer.TypeOf<ExchangeContent>())
            : null;
        return this with { Step = Step.Open(reader, exchange?.Steps?[0]), IsDestroyed = reader.IsAllDestroyed };
    }
}
