using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Wires;

/// <summary>Answers of several messages: OpenAI's Responses API has them, other wires have one text.</summary>
public sealed class MessageConformance
{
    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"}}}""";

    private static readonly Reply TwoMessages = new()
    {
        Reasoning = "hm",
        Messages = [new SimulatedMessage("I look it up. ", "commentary"), new SimulatedMessage("It is sunny.", "final_answer", "https://weather/")],
    };

    public static TheoryData<Wire, bool> Wires => new(
        from wire in Enum.GetValues<Wire>() from stream in (bool[])[false, true] select (wire, stream));

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Messages_KeepTheirBoundsAndPhases_AndGoBackWithThem(Wire wire, bool stream)
    {
        await using var vendor = await SimulatedVendor.StartAsync(wire);
        var hasPhases = wire == Wire.OpenAiResponses;

        var (first, events) = await AskAsync(vendor, stream, TwoMessages, SimulatedVendor.Call());

        Assert.Null(first.Error);
        Assert.Equal("exact", Assert.Single(first.Attempts).Contract);
        Assert.Equal("I look it up. It is sunny.", first.Text);
        Assert.Equal(
            hasPhases ? [(14, "commentary", false), (12, "final_answer", true)] : [],
            (first.Messages ?? []).Select(static message => (message.Length, message.Phase!, message.Annotations is not null)));
        if (stream && hasPhases)
        {
            Assert.Equal(["Reasoning", "Message commentary", "I look it up. ", "Message final_answer", "It is sunny.", "Annotations"], Told(events));
        }

        var messages = SimulatedVendor.SaidApart(first);
        var (second, _) = await AskAsync(
            vendor,
            stream,
            new Reply { Text = "You are welcome." },
            SimulatedVendor.Call([SimulatedVendor.Say(Role.User, "weather?"), .. messages, SimulatedVendor.Say(Role.User, "Thanks.")]));

        Assert.Null(second.Error);
        var sent = vendor.Simulator.Calls[^1];
        Assert.True(sent.Refused is null, sent.Refused);
        Assert.Equal(hasPhases, sent.RawBody.Contains("""
            "content":[{"type":"output_text","text":"I look it up. "}],"phase":"commentary"}
            """, StringComparison.Ordinal));
        Assert.Equal(hasPhases, sent.RawBody.Contains("""
            "content":[{"type":"output_text","text":"It is sunny."}],"phase":"final_answer"}
            """, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task MessagesBesideCalls_KeepTheirPlaces(Wire wire, bool stream)
    {
        await using var vendor = await SimulatedVendor.StartAsync(wire);
        var hasMessages = wire == Wire.OpenAiResponses;

        var (result, events) = await AskAsync(
            vendor,
            stream,
            new Reply
            {
                Messages = [new SimulatedMessage("I look. "), new SimulatedMessage("And on.", CallsBefore: 1)],
                ToolCalls = [new SimulatedToolCall("now", "{}"), new SimulatedToolCall("now", "{}")],
            },
            SimulatedVendor.Call() with { Tools = [new ModelTool { Name = "now" }] });

        Assert.Null(result.Error);
        Assert.Equal("I look. And on.", result.Text);
        Assert.Equal(hasMessages ? [(8, 0), (7, 1)] : [], (result.Messages ?? []).Select(static message => (message.Length, message.CallsBefore)));
        if (stream && hasMessages)
        {
            Assert.Equal(["I look. ", "ToolCall", "ToolArguments", "Message ", "And on.", "ToolCall", "ToolArguments"], Told(events));
        }
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task OneMessage_IsItsTextAlone(Wire wire, bool stream)
    {
        await using var vendor = await SimulatedVendor.StartAsync(wire);

        var (result, events) = await AskAsync(vendor, stream, new Reply { Text = "fine" }, SimulatedVendor.Call());

        Assert.Null(result.Messages);
        Assert.DoesNotContain(events, static next => next.Other is not null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Commentary_IsNoPartOfTheJsonAskedFor(bool stream)
    {
        await using var vendor = await SimulatedVendor.StartAsync(Wire.OpenAiResponses);

        var (result, _) = await AskAsync(
            vendor,
            stream,
            new Reply
            {
                Messages =
                [
                    new SimulatedMessage("Here it comes.", "commentary"), new SimulatedMessage("```json\n{\"city\":\"Rome\"}\n```", "final_answer"),
                ],
            },
            SimulatedVendor.Call() with { OutputFormat = new ModelOutputFormat { Schema = Schema, Name = "place" } });

        Assert.Null(result.Error);
        Assert.Equal("""Here it comes.{"city":"Rome"}""", result.Text);
        Assert.Equal([14, 15], result.Messages!.Select(static message => message.Length));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task APhaseThatIsNotKnown_IsLeftOutAndSaid(bool stream)
    {
        await using var vendor = await SimulatedVendor.StartAsync(Wire.OpenAiResponses);

        var (result, _) = await AskAsync(vendor, stream, new Reply { Messages = [new SimulatedMessage("fine", "overture")] }, SimulatedVendor.Call());

        Assert.Equal("fine", result.Text);
        Assert.Null(result.Messages);
        Assert.Contains(result.Verdicts, static verdict => verdict.Detail == "The phase 'overture' of a message is not known.");
    }

    private static Task<(ModelResult Result, List<ModelEvent> Events)> AskAsync(SimulatedVendor vendor, bool stream, Reply reply, ModelCall call)
    {
        vendor.Simulator.Respond = _ => reply;
        return vendor.AskAsync(stream, call);
    }

    // Kinds of deltas in order, text put together.
    private static List<string> Told(IEnumerable<ModelEvent> events)
    {
        var told = new List<string>();
        var isText = false;
        foreach (var next in events.Where(static next => next.Result is null))
        {
            switch (next.Other)
            {
                case { Kind: ModelDeltaKind.Message } begun:
                    told.Add($"Message {begun.Text}");
                    break;
                case { } other when told is not [.., var last] || last != $"{other.Kind}":
                    told.Add($"{other.Kind}");
                    break;
                case null when isText:
                    told[^1] += next.Delta;
                    break;
                case null:
                    told.Add(next.Delta!);
                    break;
            }

            isText = next.Other is null;
        }

        return told;
    }
}
