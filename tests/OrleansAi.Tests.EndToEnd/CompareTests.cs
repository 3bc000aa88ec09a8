using System.Net;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using OrleansAi.VendorSimulator;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Runs of a silo compared and explained: what was changed is what is named.</summary>
public sealed class CompareTests : SimulatedSiloTests
{
    private const string Sound = "Answer in one line.\\nBe kind.\\nName your source.";
    private const string Broken = "Answer in one line.\\nBe unkind.\\nName your source.";

    protected override void Configure(Dictionary<string, string> settings)
    {
        AddVendor(settings, "chat", "openai", Wire.OpenAiChat, retries: 0);
        settings["OrleansAi:Models:default:Candidates:0:Vendor"] = "chat";
        settings["OrleansAi:Models:default:Candidates:0:Model"] = "m1";
        settings["OrleansAi:Models:other:Candidates:0:Vendor"] = "chat";
        settings["OrleansAi:Models:other:Candidates:0:Model"] = "m2";
    }

    [Fact]
    public async Task Explain_ChangedInstructions_AreNamedWithCounts()
    {
        Simulator.Respond = static call => call.RawBody.Contains("unkind", StringComparison.Ordinal) ? Cut() : new Reply { Text = "It is so." };
        for (var i = 0; i < 12; i++)
        {
            await RunAsync("default", Sound, $"""question {i}","temperature":{(i % 3 == 0 ? "0.5" : "1")},"safety_identifier":"s{i}""");
        }

        string bad = "";
        for (var i = 0; i < 8; i++)
        {
            bad = await RunAsync("default", Broken, $"""question {i}","temperature":{(i % 3 == 0 ? "0.5" : "1")},"safety_identifier":"s""");
        }

        // One that fails for another reason.
        Simulator.Respond = static _ => Cut();
        await RunAsync("default", Sound, """another","temperature":1,"safety_identifier":"s""");

        var explanation = await Api.GetAsync(Http, $"/api/runs/{bad}/explain");
        Assert.Equal("incomplete", (string)explanation["status"]!);
        Assert.Contains("max_output_tokens", explanation["symptoms"]!.AsArray().Select(static one => (string)one!));
        var first = explanation["factors"]![0]!;
        Assert.Equal("instructions", (string)first["factor"]!);
        Assert.Equal((8, 1, 0, 12), ((int)first["bad_with"]!, (int)first["bad_without"]!, (int)first["good_with"]!, (int)first["good_without"]!));
        Assert.Equal($"instructions {first["other"]} → {first["value"]}: 8 of 9 failures, 0 of 12 successes", (string)explanation["summary"]!);
        var good = (string)explanation["nearest"]![0]!["id"]!;
        Assert.Contains(explanation["nearest"]![0]!["differences"]!.AsArray(), static one => (string)one!["factor"]! == "instructions");
        Assert.Equal("nothing_to_explain", (string)(await Api.GetAsync(Http, $"/api/runs/{good}/explain", HttpStatusCode.Conflict))["code"]!);

        var diff = await Api.GetAsync(Http, $"/api/runs/{good}/diff/{bad}");
        Assert.Equal(("admission", "instructions"), Divergence(diff));
        Assert.Equal("instructions", (string)diff["factors"]![0]!["factor"]!);
        Assert.Equal(8, (int)diff["factors"]![0]!["bad_with"]!);
        var text = diff["stages"]![0]!["texts"]!.AsArray().Single(static one => (string)one!["field"]! == "instructions")!;
        Assert.Equal(
            [" Answer in one line.", "-Be kind.", "+Be unkind.", " Name your source."],
            text["hunks"]![0]!["lines"]!.AsArray().Select(static line => (string)line!));
    }

    [Fact]
    public async Task Explain_AnotherModel_IsNamed_WhereverItIsDecided()
    {
        Simulator.Respond = static call => call.Model == "m2" ? Cut() : new Reply { Text = "It is so." };
        for (var i = 0; i < 15; i++)
        {
            await RunAsync("default", Sound, $"question {i}");
        }

        string bad = "";
        for (var i = 0; i < 6; i++)
        {
            bad = await RunAsync("other", Sound, $"question {i}");
        }

        // Its own route has no good run, so those of all routes are looked at.
        var explanation = await Api.GetAsync(Http, $"/api/runs/{bad}/explain");
        Assert.Equal("route default → other: 6 of 6 failures, 0 of 15 successes", (string)explanation["summary"]!);
        Assert.Equal(["route", "requested_model"], explanation["factors"]!.AsArray().Take(2).Select(static one => (string)one!["factor"]!));
        Assert.Null((string?)explanation["population"]!["route"]);

        // The vendor serves another model behind the same name.
        Simulator.Respond = static call => call.Model == "m1" ? Cut() with { ServedModel = "m1-new" } : new Reply { Text = "It is so." };
        for (var i = 0; i < 6; i++)
        {
            bad = await RunAsync("default", Sound, $"question {i}");
        }

        explanation = await Api.GetAsync(Http, $"/api/runs/{bad}/explain");
        Assert.Equal("served_model m1 → m1-new: 6 of 6 failures, 0 of 15 successes", (string)explanation["summary"]!);
        Assert.Equal("default", (string)explanation["population"]!["route"]!);
    }

    [Fact]
    public async Task Diff_OfTwoConversations_AlignsThem_AndNamesWhatWasDeleted()
    {
        Simulator.Respond = static call => new Reply { Text = $"You said {call.LastUserText}" };
        var runs = new List<string>();
        foreach (var facts in (string[][])[["one", "two", "ask"], ["one", "three", "two", "ask"]])
        {
            var conversation = await Api.CreateConversationAsync(Http);
            var run = "";
            foreach (var fact in facts)
            {
                run = (string)(await Api.SendAsync(Http, Api.Turn(conversation, fact)))["id"]!;
            }

            runs.Add(run);
        }

        var diff = await Api.GetAsync(Http, $"/api/runs/{runs[0]}/diff/{runs[1]}");
        Assert.Equal(("prompt_assembly", "turns"), Divergence(diff));
        var history = diff["stages"]![1]!["lists"]![0]!;
        Assert.Equal(("history", 4, 6, 4), ((string)history["field"]!, (int)history["count_a"]!, (int)history["count_b"]!, (int)history["same"]!));
        Assert.Equal([("in", "three"), ("in", "You said three")], history["entries"]!.AsArray().Select(static one => ((string)one!["change"]!, (string)one["text_b"]!)));
        Assert.Empty(diff["stages"]!.AsArray().Single(static stage => (string)stage!["stage"]! == "model_execution")!["texts"]!.AsArray());

        Assert.Null((await Api.GetAsync(Http, $"/api/runs/{runs[0]}/diff/{runs[0]}"))["first_divergence"]);
        using (await Http.DeleteAsync($"/v1/responses/{runs[1]}"))
        {
            diff = await Api.GetAsync(Http, $"/api/runs/{runs[0]}/diff/{runs[1]}");
        }

        Assert.Equal(["input", "history", "output"], diff["b"]!["content_destroyed"]!.AsArray().Select(static one => (string)one!));
        Assert.Contains(diff["stages"]![0]!["texts"]!.AsArray(), static text => (string)text!["state"]! == "content_destroyed" && text["hash_b"] is null);
        Assert.Equal("response_not_found", (string)(await Api.GetAsync(Http, $"/api/runs/{runs[0]}/diff/resp_none", HttpStatusCode.NotFound))["code"]!);
    }

    private static Reply Cut() => new() { Text = "It is", Stop = StopKind.Length };

    private static (string, string) Divergence(JsonNode diff) =>
        ((string)diff["first_divergence"]!["stage"]!, (string)diff["first_divergence"]!["field"]!);

    private async Task<string> RunAsync(string model, string instructions, string input) => (string)(await Api.PostAsync(
        Http, "/v1/responses", $$"""{"model":"{{model}}","instructions":"{{instructions}}","input":"{{input}}"}"""))["id"]!;
}
