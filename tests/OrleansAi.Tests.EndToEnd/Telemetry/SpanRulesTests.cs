using Google.Protobuf;
using OrleansAi.OtlpReceiver;
using OrleansAi.OtlpReceiver.Messages;
using Xunit;

namespace OrleansAi.Tests.EndToEnd.Telemetry;

/// <summary>The rules by which exports are judged find what they are there for.</summary>
public sealed class SpanRulesTests
{
    public static TheoryData<string, Action<Span>> Injuries => new()
    {
        { "its name is not", static span => span.Name = "chat" },
        { "its kind is not Client", static span => span.Kind = Span.Types.SpanKind.Internal },
        { "'gen_ai.provider.name' is missing", static span => Remove(span, "gen_ai.provider.name") },
        { "'gen_ai.usage.input_tokens' is missing", static span => Remove(span, "gen_ai.usage.input_tokens") },
        { "it stands below 'turn'", static span => span.ParentSpanId = Id(1) },
        { "above it is missing", static span => span.ParentSpanId = Id(9) },
        { "is no attribute of the conventions", static span => span.Attributes.Add(Text("gen_ai.input.messages", "secret")) },
        { "is a IntValue, not a StringValue", static span => span.Attributes.Add(new KeyValue { Key = "gen_ai.response.id", Value = new AnyValue { IntValue = 1 } }) },
        { "error.type and status do not agree", static span => span.Attributes.Add(Text("error.type", "x")) },
        { "it ends before it begins", static span => span.EndTimeUnixNano = 1 },
    };

    [Fact]
    public void Faults_OfASoundTrace_AreNone() => Assert.Empty(Faults(static _ => { }));

    [Theory]
    [MemberData(nameof(Injuries))]
    public void Faults_OfAnInjuredSpan_NameTheInjury(string fault, Action<Span> injure) =>
        Assert.Contains(Faults(injure), found => found.Contains(fault, StringComparison.Ordinal));

    private static IReadOnlyList<string> Faults(Action<Span> injure)
    {
        var (turn, step, chat) = (Own("turn", 1, null), Own("model_execution", 2, 1), Own("chat m", 3, 2));
        chat.Kind = Span.Types.SpanKind.Client;
        foreach (var name in (string[])["provider.name", "conversation.id", "response.model"])
        {
            chat.Attributes.Add(Text($"gen_ai.{name}", "x"));
        }

        chat.Attributes.Add(Text("gen_ai.operation.name", "chat"));
        chat.Attributes.Add(Text("gen_ai.request.model", "m"));
        foreach (var name in (string[])["input_tokens", "output_tokens"])
        {
            chat.Attributes.Add(new KeyValue { Key = $"gen_ai.usage.{name}", Value = new AnyValue { IntValue = 1 } });
        }

        var reasons = new ArrayValue { Values = { new AnyValue { StringValue = "stop" } } };
        chat.Attributes.Add(new KeyValue { Key = "gen_ai.response.finish_reasons", Value = new AnyValue { ArrayValue = reasons } });
        injure(chat);
        var resource = new Resource { Attributes = { Text("service.name", "silo") } };
        return SpanRules.Faults(
            [.. new[] { turn, step, chat }.Select(span => new ReceivedSpan(
                resource, new InstrumentationScope { Name = "OrleansAi" }, "https://opentelemetry.io/schemas/1.41.0", span))],
            isLatest: false);
    }

    private static Span Own(string name, byte id, byte? parent) => new()
    {
        Name = name,
        TraceId = ByteString.CopyFrom([.. Enumerable.Repeat((byte)7, 16)]),
        SpanId = Id(id),
        ParentSpanId = parent is { } above ? Id(above) : ByteString.Empty,
        Kind = Span.Types.SpanKind.Internal,
        StartTimeUnixNano = id,
        EndTimeUnixNano = 100,
    };

    private static ByteString Id(byte id) => ByteString.CopyFrom(0, 0, 0, 0, 0, 0, 0, id);

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private static void Remove(Span span, string name) => span.Attributes.Remove(span.Attributes.Single(attribute => attribute.Key == name));
}
