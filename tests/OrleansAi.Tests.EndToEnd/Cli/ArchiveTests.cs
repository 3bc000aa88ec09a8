using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd.Cli;

/// <summary>Conversations from one installation to another, each with a store of its own.</summary>
public sealed class ArchiveTests(PostgreSqlFixture postgreSql) : IDisposable
{
    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 400).Select(static i => $"word{i}"));
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-archive-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(Storage.Sqlite, Storage.PostgreSql, "archive.tar.gz")]
    [InlineData(Storage.PostgreSql, Storage.Sqlite, "archive")]
    public async Task ExportThenImport_ElsewhereReplaysStrictlyAndIsSound(Storage from, Storage to, string name)
    {
        await using var source = await Deployment.CreateAsync(from, postgreSql);
        await using var target = await Deployment.CreateAsync(to, postgreSql);
        await using var here = await source.StartAsync();
        await using var there = await target.StartAsync();
        var (conversation, runs) = await TalkAsync(here.Http);
        var archive = Path.Combine(_directory, name);

        // Somebody there has asked for it before it was there.
        await Api.GetAsync(there.Http, $"/v1/conversations/{conversation}", HttpStatusCode.NotFound);
        var exported = await Tool.RunAsync(here.Url, "conversations", "export", runs[^1], "--run", "--output", archive, "--json");
        Assert.True(exported.Code == 0, exported.Errors);
        Assert.True((int)exported.Json["blobs"]! > 0);
        var imported = await Tool.RunAsync(there.Url, "conversations", "import", archive, "--json");
        Assert.True(imported.Code == 0, imported.Errors);
        Assert.All(imported.Json["data"]!.AsArray(), static one => Assert.Equal("imported", (string)one!["outcome"]!));

        foreach (var run in runs)
        {
            var replay = await Api.PostAsync(there.Http, $"/api/runs/{run}/replay", "{}");
            Assert.True((bool)replay["identical"]!, replay.ToJsonString());
            Assert.Equal((await Trace(here.Http, run)).ToJsonString(), (await Trace(there.Http, run)).ToJsonString());
        }

        Assert.Equal(await Api.ItemsAsync(here.Http, conversation), await Api.ItemsAsync(there.Http, conversation));
        Assert.Equal(0, (await target.RunAsync([], "verify")).ExitCode);

        // It goes on there, and the same archive is then no longer what is there.
        Assert.Equal("unchanged", (string)(await Tool.RunAsync(there.Url, "conversations", "import", archive, "--json")).Json["data"]![0]!["outcome"]!);
        using (var turn = Api.Turn(conversation, "and there?"))
        {
            Assert.Equal("completed", (string)(await Api.SendAsync(there.Http, turn))["status"]!);
        }

        Assert.Contains("already_exists", (await Tool.RunAsync(there.Url, "conversations", "import", archive)).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_OfAnInjuredArchive_WritesNothing()
    {
        await using var source = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var target = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var here = await source.StartAsync();
        await using var there = await target.StartAsync();
        var (conversation, _) = await TalkAsync(here.Http);
        var whole = await here.Http.GetStringAsync($"/api/conversations/{conversation}/export");
        var random = new Random(7);
        for (var i = 0; i < 40; i++)
        {
            var injured = new StringBuilder(whole);
            var at = random.Next(whole.Length - 1);
            injured[at] = (char)(injured[at] ^ 1);
            await RefusedAsync(there.Http, injured.ToString());
        }

        var lines = whole.Split('\n');
        await RefusedAsync(there.Http, string.Join('\n', lines[..^2]));
        await RefusedAsync(there.Http, string.Join('\n', lines.Where((_, index) => index != 3)));
        await RefusedAsync(there.Http, whole.Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal));
        await RefusedAsync(there.Http, "");
        Assert.Empty((await Api.GetAsync(there.Http, "/api/runs"))["data"]!.AsArray());
        await Api.GetAsync(there.Http, $"/v1/conversations/{conversation}", HttpStatusCode.NotFound);
    }

    private static async Task RefusedAsync(HttpClient http, string archive)
    {
        using var answer = await http.PostAsync("/api/conversations/import", new StringContent(archive, Encoding.UTF8, "application/x-ndjson"));
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{answer.StatusCode}: {body}");
        Assert.Contains("invalid_archive", body, StringComparison.Ordinal);
    }

    // Turns with short and long texts, a deleted item, and a fork that shares its past.
    private static async Task<(string Conversation, IReadOnlyList<string> Runs)> TalkAsync(HttpClient http)
    {
        var first = await Api.PostAsync(http, "/v1/responses", $$"""{"input":"My cat is called Mimi. {{Long}}","instructions":"Be kind."}""");
        var second = await Api.PostAsync(http, "/v1/responses", $$"""{"input":"And my dog?","previous_response_id":"{{first["id"]}}"}""");
        await Api.PostAsync(http, "/v1/responses", $$"""{"input":"Something else","previous_response_id":"{{second["id"]}}"}""");
        var fork = await Api.PostAsync(http, "/v1/responses", $$"""{"input":"What was the cat called?","previous_response_id":"{{first["id"]}}"}""");
        return ((string)(await Trace(http, (string)fork["id"]!))["conversation"]!, [(string)first["id"]!, (string)second["id"]!, (string)fork["id"]!]);
    }

    private static async Task<JsonNode> Trace(HttpClient http, string run) => await Api.GetAsync(http, $"/api/runs/{run}");
}
