using System.Net;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Recording switched to the minimum: conversations go on, what was left out is told of by name.</summary>
public sealed class RecordingTests : SimulatedSiloTests
{
    protected override void Configure(Dictionary<string, string> settings)
    {
        Simulator.Respond = static call => new Reply { Text = $"Answer {call.Number}." };
        AddEveryWire(settings);
        settings["OrleansAi:Conversations:Recording"] = "Minimum";
    }

    [Fact]
    public async Task Minimum_KeepsTheConversationAndTheTrace_AndRefusesWhatNeedsMore()
    {
        var conversation = await Api.CreateConversationAsync(Http);
        var run = "";
        foreach (var text in (string[])["first", "second"])
        {
            run = (string)(await Api.PostAsync(Http, "/v1/responses", $$"""{"model":"chat","conversation":"{{conversation}}","input":"{{text}}"}"""))["id"]!;
        }

        // The second turn was told the first.
        Assert.Contains("first", Simulator.Calls[^1].RawBody, StringComparison.Ordinal);
        Assert.Equal(4, (await Api.GetAsync(Http, $"/v1/conversations/{conversation}/items"))["data"]!.AsArray().Count);
        var trace = await Api.GetAsync(Http, $"/api/runs/{run}");
        Assert.Equal("completed", (string)trace["status"]!);
        Assert.Equal(
            ["admission", "prompt_assembly", "model_execution", "completion"], trace["steps"]!.AsArray().Select(static step => (string)step!["stage"]!));
        Assert.Equal("content_not_kept", (string)(await Api.PostAsync(Http, $"/api/runs/{run}/replay", "{}", HttpStatusCode.Gone))["code"]!);
        Assert.Equal("content_not_kept", (string)(await Api.PostAsync(Http, $"/api/runs/{run}/fork", "{}", HttpStatusCode.Gone))["code"]!);
        Assert.Equal("content_not_kept", (string)(await Api.GetAsync(Http, $"/api/runs/{run}/steps/2", HttpStatusCode.Gone))["code"]!);
        var together = await Api.PostAsync(Http, "/api/replays", $$"""{"runs":["{{run}}"]}""");
        Assert.Equal("content_not_kept", (string)together["data"]![0]!["error"]!["code"]!);
        Assert.Contains("Recording", (string)together["data"]![0]!["error"]!["message"]!, StringComparison.Ordinal);
    }
}
