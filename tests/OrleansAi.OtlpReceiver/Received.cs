using OrleansAi.OtlpReceiver.Messages;

namespace OrleansAi.OtlpReceiver;

/// <summary>A span as it came.</summary>
public sealed record ReceivedSpan(Resource Resource, InstrumentationScope Scope, string SchemaUrl, Span Span)
{
    /// <summary>The trace, as hexadecimal text.</summary>
    public string TraceId => Convert.ToHexStringLower(Span.TraceId.Span);

    /// <summary>The span, as hexadecimal text.</summary>
    public string Id => Convert.ToHexStringLower(Span.SpanId.Span);

    /// <summary>The span above; empty for none.</summary>
    public string ParentId => Convert.ToHexStringLower(Span.ParentSpanId.Span);

    /// <summary>The name.</summary>
    public string Name => Span.Name;

    /// <summary>An attribute; null for none.</summary>
    public AnyValue? this[string name] => Attributes.Find(Span.Attributes, name);

    /// <inheritdoc />
    public override string ToString() => $"{Scope.Name} '{Name}' ({Span.Kind}) of {TraceId}";
}

/// <summary>A metric as it came.</summary>
public sealed record ReceivedMetric(Resource Resource, InstrumentationScope Scope, string SchemaUrl, Metric Metric)
{
    /// <summary>The attributes of each of its points.</summary>
    public IEnumerable<IReadOnlyList<KeyValue>> Points => Metric.DataCase switch
    {
        Metric.DataOneofCase.Histogram => Metric.Histogram.DataPoints.Select(static point => (IReadOnlyList<KeyValue>)point.Attributes),
        Metric.DataOneofCase.Sum => Metric.Sum.DataPoints.Select(static point => (IReadOnlyList<KeyValue>)point.Attributes),
        Metric.DataOneofCase.Gauge => Metric.Gauge.DataPoints.Select(static point => (IReadOnlyList<KeyValue>)point.Attributes),
        _ => [],
    };

    /// <summary>The exemplars of all its points.</summary>
    public IEnumerable<Exemplar> Exemplars => Metric.DataCase switch
    {
        Metric.DataOneofCase.Histogram => Metric.Histogram.DataPoints.SelectMany(static point => point.Exemplars),
        Metric.DataOneofCase.Sum => Metric.Sum.DataPoints.SelectMany(static point => point.Exemplars),
        _ => [],
    };
}

/// <summary>A log record as it came.</summary>
public sealed record ReceivedLog(Resource Resource, InstrumentationScope Scope, LogRecord Record)
{
    /// <summary>The trace; empty for none.</summary>
    public string TraceId => Convert.ToHexStringLower(Record.TraceId.Span);

    /// <summary>The span; empty for none.</summary>
    public string SpanId => Convert.ToHexStringLower(Record.SpanId.Span);

    /// <summary>An attribute; null for none.</summary>
    public AnyValue? this[string name] => Attributes.Find(Record.Attributes, name);
}

/// <summary>Lists of attributes.</summary>
public static class Attributes
{
    /// <summary>An attribute; null for none.</summary>
    public static AnyValue? Find(IReadOnlyList<KeyValue> attributes, string name) =>
        attributes.FirstOrDefault(attribute => attribute.Key == name)?.Value;
}
