using System.Collections.Concurrent;
using OrleansAi.VendorSimulator;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>What the simulator answers to clients of all kinds: what was asked last says what kind of answer is wanted.</summary>
internal sealed class ClientScript
{
    private static readonly SimulatedToolCall Oslo = new("get_weather", """{"city":"Oslo"}""");
    private static readonly SimulatedToolCall Rome = new("get_weather", """{"city":"Rome"}""");
    private readonly ConcurrentDictionary<string, bool> _cut = new(StringComparer.Ordinal);

    public Reply Respond(SimulatedCall call)
    {
        var text = call.LastUserText;
        return Has("SUNNY-22", call.RawBody) ? new Reply { Text = "It is sunny, 22 degrees." }
            : Has("weather in both", text) ? new Reply { ToolCalls = [Oslo, Rome], SplitArguments = true }
            : Has("weather", text) ? new Reply { ToolCalls = [Oslo], SplitArguments = true }
            : Has("phases", text) ? new Reply
            {
                Messages = [new("First a look.", "commentary"), new("It is so.", "final_answer", "https://example.com/source")],
            }
            : Has("think", text) ? new Reply { Reasoning = "a thought about it", Text = "so it is" }
            : Has("json", text) ? new Reply { Text = """{"name":"Ada","age":36}""" }
            : Has("refuse", text) ? new Reply { Refusal = "I cannot do that." }
            : Has("long", text) ? new Reply { Text = "it goes on and", Stop = StopKind.Length }
            : Has("busy", text) ? new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 503, RetryAfter = "300" } }
            : Has("slow", text) ? new Reply { Text = "at last", Delay = TimeSpan.FromSeconds(20) }
            : Has("fail", text) ? new Reply { Fault = new Fault(FaultKind.HttpStatus) { Status = 400 } }
            : Has("cut", text) && _cut.TryAdd(text, true) ? new Reply { Text = "words that nobody must join", Fault = new Fault(FaultKind.Cut) { AtChunk = 2 } }
            : new Reply { Text = $"echo: {text}" };
    }

    private static bool Has(string word, string text) => text.Contains(word, StringComparison.Ordinal);
}
