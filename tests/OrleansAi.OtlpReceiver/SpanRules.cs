using OrleansAi.OtlpReceiver.Messages;

namespace OrleansAi.OtlpReceiver;

/// <summary>Holds spans to OTLP, to the OpenTelemetry GenAI conventions and to the nesting of the product's own.</summary>
public static class SpanRules
{
    private const string Source = "OrleansAi";

    // Operation → what the name has behind it, the kind, what must be there.
    private static readonly Dictionary<string, (string? Subject, Span.Types.SpanKind Kind, string[] Required)> Operations =
        new(StringComparer.Ordinal)
        {
            ["chat"] = ("gen_ai.request.model", Span.Types.SpanKind.Client, ["gen_ai.provider.name", "gen_ai.request.model", "gen_ai.conversation.id", "gen_ai.response.finish_reasons"]),
            ["embeddings"] = ("gen_ai.request.model", Span.Types.SpanKind.Client, ["gen_ai.provider.name", "gen_ai.request.model"]),
            ["retrieval"] = ("gen_ai.data_source.id", Span.Types.SpanKind.Client, ["gen_ai.data_source.id"]),
            ["execute_tool"] = ("gen_ai.tool.name", Span.Types.SpanKind.Internal, ["gen_ai.tool.name"]),
            ["invoke_agent"] = ("gen_ai.agent.name", Span.Types.SpanKind.Internal, ["gen_ai.agent.name"]),
        };

    // The product's own spans, and below which of them each may stand, with any number of other sources' spans between.
    private static readonly Dictionary<string, string[]> Above = new(StringComparer.Ordinal)
    {
        ["turn"] = [""],
        ["embedding"] = ["turn"],
        ["prompt_assembly"] = ["turn"],
        ["tool_execution"] = ["turn"],
        ["model_execution"] = ["turn"],
        ["chat"] = ["model_execution"],
        ["embeddings"] = ["", "retrieval", "turn", "embedding", "tool_action"],

        // The step of a turn, and below it the search of each collection.
        ["retrieval"] = ["", "turn", "retrieval", "tool_action"],
        ["journal_append"] = ["", "turn", "retrieval"],
    };

    /// <summary>Everything that is wrong with some spans, one line each.</summary>
    /// <param name="spans">All spans of whole traces.</param>
    /// <param name="isLatest">True for the newest conventions, false for 1.41.</param>
    public static IReadOnlyList<string> Faults(IReadOnlyCollection<ReceivedSpan> spans, bool isLatest)
    {
        var faults = new List<string>();
        foreach (var trace in spans.GroupBy(static span => span.TraceId))
        {
            var byId = new Dictionary<string, ReceivedSpan>(StringComparer.Ordinal);
            foreach (var span in trace)
            {
                if (!byId.TryAdd(span.Id, span))
                {
                    faults.Add($"{span}: its id is another span's, too.");
                }
            }

            foreach (var span in trace)
            {
                faults.AddRange(Protocol(span, byId).Select(fault => $"{span}: {fault}."));
                if (span.Scope.Name == Source)
                {
                    faults.AddRange(Own(span, byId, isLatest).Select(fault => $"{span}: {fault}."));
                }
            }
        }

        return faults;
    }

    /// <summary>The kind of a span of the product: its GenAI operation, or its name.</summary>
    public static string KindOf(ReceivedSpan span) => span["gen_ai.operation.name"]?.StringValue ?? span.Name;

    private static IEnumerable<string> Protocol(ReceivedSpan span, Dictionary<string, ReceivedSpan> trace)
    {
        if (span.Span.TraceId.Length != 16 || span.Span.SpanId.Length != 8 || span.Span.TraceId.All(static b => b == 0) || span.Span.SpanId.All(static b => b == 0))
        {
            yield return "its ids are not of 16 and 8 bytes";
        }

        if (span.Span.Kind == Span.Types.SpanKind.Unspecified)
        {
            yield return "it has no kind";
        }

        if (span.Span.StartTimeUnixNano == 0 || span.Span.EndTimeUnixNano < span.Span.StartTimeUnixNano)
        {
            yield return "it ends before it begins";
        }

        if (Attributes.Find(span.Resource.Attributes, "service.name") is not { StringValue.Length: > 0 })
        {
            yield return "its resource has no service.name";
        }

        if (span.Span.Attributes.GroupBy(static attribute => attribute.Key).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            yield return $"'{twice.Key}' is there twice";
        }

        if (span.ParentId.Length > 0 && !trace.ContainsKey(span.ParentId))
        {
            yield return $"the span {span.ParentId} above it is missing";
        }

        if (span.ParentId.Length > 0 && trace.TryGetValue(span.ParentId, out var parent)
            && span.Span.StartTimeUnixNano < parent.Span.StartTimeUnixNano)
        {
            yield return $"it begins before {parent}";
        }
    }

    private static IEnumerable<string> Own(ReceivedSpan span, Dictionary<string, ReceivedSpan> trace, bool isLatest)
    {
        var kind = KindOf(span);
        if (!Above.TryGetValue(kind, out var above))
        {
            yield return $"nobody knows the kind '{kind}'";
            yield break;
        }

        var owner = OwnAbove(span, trace);
        if (!above.Contains(owner))
        {
            yield return $"it stands below '{owner}', not below {string.Join(" or ", above)}";
        }

        if (span.SchemaUrl != (isLatest ? "" : "https://opentelemetry.io/schemas/1.41.0"))
        {
            yield return $"its schema is '{span.SchemaUrl}'";
        }

        foreach (var attribute in span.Span.Attributes.Concat(span.Span.Events.SelectMany(static one => one.Attributes)))
        {
            if (AttributeRule.Fault(attribute, isLatest) is { } fault)
            {
                yield return fault;
            }
        }

        if ((span["error.type"] is not null) != (span.Span.Status?.Code == Status.Types.StatusCode.Error))
        {
            yield return "error.type and status do not agree";
        }

        foreach (var fault in Operation(span))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> Operation(ReceivedSpan span)
    {
        if (span["gen_ai.operation.name"]?.StringValue is not { } operation)
        {
            yield break;
        }

        if (!Operations.TryGetValue(operation, out var rule))
        {
            yield return $"'{operation}' is no operation of the conventions";
            yield break;
        }

        foreach (var name in rule.Required.Where(name => span[name] is null))
        {
            yield return $"'{name}' is missing";
        }

        if (rule.Subject is { } subject && span.Name != $"{operation} {span[subject]?.StringValue}")
        {
            yield return $"its name is not '{operation} {{{subject}}}'";
        }

        if (span.Span.Kind != rule.Kind)
        {
            yield return $"its kind is not {rule.Kind}";
        }

        if ((span["server.address"] is null) != (span["server.port"] is null))
        {
            yield return "server.address and server.port do not go together";
        }

        if (operation == "chat" && span["error.type"] is null)
        {
            foreach (var name in (string[])["gen_ai.response.model", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"])
            {
                if (span[name] is null)
                {
                    yield return $"'{name}' is missing";
                }
            }

            if (span["gen_ai.request.stream"] is { BoolValue: true } && span["gen_ai.response.time_to_first_chunk"] is null)
            {
                yield return "a stream without the time to its first chunk";
            }
        }

        if (operation == "chat" && (span["error.type"] is not null) != FinishReasons(span).Contains("error"))
        {
            yield return "error.type and the finish reason do not agree";
        }
    }

    private static IEnumerable<string> FinishReasons(ReceivedSpan span) =>
        (span["gen_ai.response.finish_reasons"]?.ArrayValue ?? new ArrayValue()).Values.Select(static value => value.StringValue);

    // The next span above that is the product's own.
    private static string OwnAbove(ReceivedSpan span, Dictionary<string, ReceivedSpan> trace)
    {
        var next = span;
        while (next.ParentId.Length > 0 && trace.TryGetValue(next.ParentId, out next!))
        {
            if (next.Scope.Name == Source)
            {
                return KindOf(next);
            }
        }

        return "";
    }
}
