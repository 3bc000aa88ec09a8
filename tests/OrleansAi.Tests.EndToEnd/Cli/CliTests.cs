using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd.Cli;

/// <summary>The tool against a real silo.</summary>
[Collection(OneSiloCollection.Name)]
public sealed class CliTests(OneSilo one)
{
    [Fact]
    public async Task Chat_ThenEverythingAboutItsRun()
    {
        one.Begin();
        var chat = await RunAsync("chat", "Hello there", "--model", "default", "--json");
        Assert.Equal((0, "completed"), (chat.Code, (string)chat.Json["status"]!));
        var (run, conversation) = ((string)chat.Json["id"]!, (string)chat.Json["conversation"]!["id"]!);

        var plain = await Tool.RunAsync(one.Silo.Url, "And again\n\nAnd once more\n", [], "chat", "--conversation", conversation);
        Assert.Equal(0, plain.Code);
        Assert.Equal(2, plain.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        var list = await RunAsync("runs", "list", "--conversation", conversation, "--json");
        Assert.Equal(3, list.Json["data"]!.AsArray().Count);
        Assert.Contains(run, (await RunAsync("runs", "list", "--since", "1h")).Output, StringComparison.Ordinal);

        var shown = await RunAsync("runs", "show", run);
        Assert.Equal(0, shown.Code);
        Assert.Contains("model_execution", shown.Output, StringComparison.Ordinal);
        Assert.Contains("double/m1", shown.Output, StringComparison.Ordinal);

        var replay = await RunAsync("runs", "replay", run);
        Assert.Equal(0, replay.Code);
        Assert.StartsWith("Identical", replay.Output, StringComparison.Ordinal);

        var talk = await RunAsync("conversations", "show", conversation, "--json");
        Assert.Equal(6, talk.Json["items"]!.AsArray().Count);
        Assert.Contains("Hello there", (await RunAsync("conversations", "show", conversation)).Output, StringComparison.Ordinal);
        Assert.Contains(conversation, (await RunAsync("conversations", "list")).Output, StringComparison.Ordinal);
        Assert.Contains("double", (await RunAsync("vendors")).Output, StringComparison.Ordinal);
        Assert.Equal("double", (string)(await RunAsync("vendors", "double", "--json")).Json["name"]!);
    }

    [Fact]
    public async Task Replay_Gate_PassesOverRunsOfThisBuild()
    {
        one.Begin();
        for (var i = 0; i < 3; i++)
        {
            await Api.PostAsync(one.Silo.Http, "/v1/responses", $$"""{"input":"gate {{i}}"}""");
        }

        var gate = await RunAsync("replay", "--since", "10m", "--status", "completed", "--sample", "20", "--json");

        Assert.True(gate.Code == 0, gate.Output + gate.Errors);
        Assert.InRange((int)gate.Json["identical"]!, 3, 20);
        Assert.Equal(0, (int)gate.Json["external_calls"]!);
    }

    [Fact]
    public async Task Collections_FromMakingToFinding()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.txt");
        await File.WriteAllTextAsync(file, "The tower of Pisa leans.");
        try
        {
            var id = (string)(await RunAsync("collections", "create", "towers", "--json")).Json["id"]!;
            var added = await RunAsync("collections", "add", id, file, "--json");
            Assert.Equal((0, "completed"), (added.Code, (string)added.Json["data"]![0]!["status"]!));
            Assert.Contains("towers", (await RunAsync("collections", "list")).Output, StringComparison.Ordinal);
            Assert.Equal(1, (int)(await RunAsync("collections", "status", id, "--json")).Json["file_counts"]!["completed"]!);
            Assert.Contains("leans", (await RunAsync("collections", "search", id, "tower of Pisa")).Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task WhatTheServerRefuses_IsToldWithItsCode()
    {
        var missing = await RunAsync("runs", "show", "resp_none", "--json");
        Assert.Equal(1, missing.Code);
        Assert.Contains("response_not_found", missing.Errors, StringComparison.Ordinal);
        var keys = await RunAsync("keys", "create", "--role", "operator");
        Assert.Equal(1, keys.Code);
        Assert.Contains("Auth:Mode", keys.Errors, StringComparison.Ordinal);
    }

    private Task<ToolResult> RunAsync(params string[] arguments) => Tool.RunAsync(one.Silo.Url, arguments);
}
