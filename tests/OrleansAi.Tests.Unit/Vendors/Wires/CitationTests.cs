using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.OpenAi;
using OrleansAi.Vendors.OpenAiResponses;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.Wires;

/// <summary>What vendors say that a text refers to, in the one form that callers get.</summary>
public sealed class CitationTests
{
    private const string Flat = """[{"type":"url_citation","url":"https://x","start_index":0,"end_index":4,"title":"T"}]""";
    private const string Nested = """[{"type":"url_citation","url_citation":{"url":"https://x","start_index":0,"end_index":4,"title":"T"}}]""";

    [Fact]
    public void ChatCompletion_HasItsCitations_WholeAndInAStream()
    {
        var whole = OpenAiChatAnswer.Of(
            Chat($$$"""{"choices":[{"message":{"content":"fine","annotations":{{{Nested}}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}"""),
            "v",
            null);
        var streamed = new OpenAiChatAnswer("v");
        var deltas = new List<ModelDelta>();
        streamed.Add(Chat("""{"choices":[{"delta":{"content":"fine","annotations":[]}}]}"""), deltas);
        streamed.Add(Chat($$$"""{"choices":[{"delta":{"annotations":{{{Nested}}}},"finish_reason":"stop"}]}"""), deltas);

        Assert.Equal((4, Flat), (Assert.Single(whole.Messages!).Length, whole.Messages![0].Annotations));
        Assert.Equal((ModelDeltaKind.Annotations, Flat), (Assert.Single(deltas).Kind, deltas[0].Text));
        Assert.Equal(whole.Messages, streamed.Finish(isDone: true).Messages);
    }

    [Fact]
    public void AnotherKind_IsLeftOutAndSaid()
    {
        var answer = ResponsesAnswer.Of(
            Response("""[{"type":"output_text","text":"fine","annotations":[{"type":"file_citation","file_id":"f","index":0,"filename":"n"}]}]"""), "v", null);

        Assert.Null(answer.Messages);
        Assert.Equal("Annotations of the kind 'file_citation' were left out.", Assert.Single(answer.Notes));
    }

    [Fact]
    public void CitationsOfSeveralParts_AreLeftOutAndSaid_SinceTheirPlacesAreNotOfTheWholeText()
    {
        var answer = ResponsesAnswer.Of(
            Response($$$"""[{"type":"output_text","text":"a"},{"type":"output_text","text":"fine","annotations":{{{Flat}}}}]"""), "v", null);

        Assert.Equal(("afine", null), (answer.Text, answer.Messages));
        Assert.Equal("Annotations of the kind 'url_citation' were left out.", Assert.Single(answer.Notes));
    }

    private static ChatCompletionWire Chat(string json) => JsonSerializer.Deserialize(json, OpenAiJson.Default.ChatCompletionWire)!;

    private static ResponseWire Response(string content) => JsonSerializer.Deserialize(
        $$$"""{"status":"completed","model":"m","output":[{"type":"message","content":{{{content}}}}],"usage":{"input_tokens":1,"output_tokens":1}}""",
        ResponsesJson.Default.ResponseWire)!;
}
