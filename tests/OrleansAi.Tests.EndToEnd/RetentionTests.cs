using System.Data.Common;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>The content of old runs is let go by a process that is killed while it does so, and nothing else is.</summary>
[Collection(Alone.Name)]
public sealed class RetentionTests(PostgreSqlFixture postgreSql) : IDisposable
{
    // Longer than what stands in a record, so that it stands apart and is shared.
    private static readonly string Instructions = string.Concat(Enumerable.Repeat("Answer as a lawyer would, and name your sources. ", 20));
    private static readonly string Answer = string.Concat(Enumerable.Repeat("It depends. ", 100));
    private static readonly (string, string)[] Limits = [("OrleansAi:Retention:MaxAge", "00:00:01"), ("OrleansAi:Retention:PassSeconds", "1")];

    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-retention-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(Storage.Sqlite, "before-release")]
    [InlineData(Storage.Sqlite, "after-release")]
    [InlineData(Storage.Sqlite, "before-retention-note")]
    [InlineData(Storage.PostgreSql, "before-release")]
    [InlineData(Storage.PostgreSql, "after-release")]
    [InlineData(Storage.PostgreSql, "before-retention-note")]
    public async Task Retention_KilledAtAStage_LetsGoWhatIsOldAndNothingElse(Storage storage, string point)
    {
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
        deployment.Vendor.Behave = static _ => new() { Answer = Answer };
        var database = storage == Storage.PostgreSql
            ? await postgreSql.Instance.CreateDatabaseAsync()
            : $"Data Source={Path.Combine(_directory, "retention.db")};Pooling=False";
        (string, string)[] settings = [("OrleansAi:Storage:ConnectionString", database)];
        string conversation, completion;
        string[] runs;
        await using (var silo = await deployment.StartAsync(more: settings))
        {
            conversation = await Api.CreateConversationAsync(silo.Http);
            runs = new string[4];
            for (var i = 0; i < runs.Length; i++)
            {
                runs[i] = (string)(await Api.PostAsync(silo.Http, "/v1/responses", Turn(conversation, $"question {i}")))["id"]!;
            }

            var body = new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "once" }), ["store"] = true };
            completion = (string)(await Api.PostAsync(silo.Http, "/v1/chat/completions", body.ToJsonString()))["id"]!;
            for (var again = 0; again < 2; again++)
            {
                Assert.True((bool)(await Api.PostAsync(silo.Http, $"/api/runs/{runs[1]}/pin", "{}"))["pinned"]!);
            }
        }

        var contents = await CountAsync(database, "journal_contents");

        // It may die before anybody sees it ready.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            var silo = await deployment.StartAsync(point, [.. settings, .. Limits]);
            throw new InvalidOperationException($"killed with {await silo.WaitForExitAsync()}");
        });
        Assert.Equal(point != "before-release", await CountAsync(database, "journal_records where kind = 20") > 0);
        Assert.Equal(0, await CountAsync(database, "journal_records where kind = 22"));
        var cut = await deployment.RunAsync(settings, "verify");
        Assert.True(cut.ExitCode == 0, cut.Output + cut.Errors);

        await using var revived = await deployment.StartAsync(more: [.. settings, .. Limits]);
        var http = revived.Http;
        await Eventually.GetAsync(
            async () => (await Api.GetAsync(http, "/api/runs?pinned=false"))["data"]!.AsArray(),
            static all => all.Count == 4 && all.All(static run => !(bool)run!["retained"]! && run["released_at"] is not null),
            "all runs but the pinned one are let go");

        foreach (var run in new[] { runs[0], runs[2], runs[3], completion })
        {
            var trace = await Api.GetAsync(http, $"/api/runs/{run}");
            Assert.Equal(("completed", false, false), ((string)trace["status"]!, (bool)trace["retained"]!, (bool)trace["pinned"]!));
            Assert.True((int)trace["usage"]!["total_tokens"]! > 0);
            Assert.NotNull(trace["steps"]![1]!["input_hash"]);
            foreach (var path in new[] { $"/api/runs/{run}/steps/1", $"/api/runs/{run}/steps/2?part=request", $"/api/runs/{run}/diff/{runs[1]}" })
            {
                Assert.Equal("run_released", (string)(await Api.GetAsync(http, path, HttpStatusCode.Gone))["code"]!);
            }

            foreach (var path in new[] { $"/api/runs/{run}/replay", $"/api/runs/{run}/fork", $"/api/runs/{run}/pin" })
            {
                Assert.Equal("run_released", (string)(await Api.PostAsync(http, path, "{}", HttpStatusCode.Gone))["code"]!);
            }
        }

        await AssertKeptAsync(http, conversation, completion, runs[1]);
        Assert.True(await CountAsync(database, "journal_contents") < contents);
        var sound = await deployment.RunAsync(settings, "verify");
        Assert.True(sound.ExitCode == 0, sound.Output + sound.Errors);

        // What the pinned run needs was not let go: where that is gone it is an injury.
        await ExecuteAsync(database, $"delete from journal_contents where owner = 'local/{conversation}'");
        var injured = await deployment.RunAsync(settings, "verify");
        Assert.Equal(2, injured.ExitCode);
        Assert.Contains(" missing: ", injured.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_OfAForksOrigin_LeavesTheForkAndGoesAlongInAnArchive()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        deployment.Vendor.Behave = static _ => new() { Answer = Answer };
        string conversation, origin, fork, pinned;
        await using (var silo = await deployment.StartAsync())
        {
            conversation = await Api.CreateConversationAsync(silo.Http);
            origin = (string)(await Api.PostAsync(silo.Http, "/v1/responses", Turn(conversation, "question 0")))["id"]!;
            pinned = (string)(await Api.PostAsync(silo.Http, "/v1/responses", Turn(conversation, "question 1")))["id"]!;
            fork = (string)(await Api.PostAsync(silo.Http, $"/api/runs/{origin}/fork", "{}"))["data"]![0]!["id"]!;
            await Eventually.GetAsync(
                () => Api.GetAsync(silo.Http, $"/api/runs/{fork}"), static run => (string)run["status"]! == "completed", "the fork ends");
            await Api.PostAsync(silo.Http, $"/api/runs/{fork}/pin", "{}");
            await Api.PostAsync(silo.Http, $"/api/runs/{pinned}/pin", "{}");
        }

        await using var revived = await deployment.StartAsync(more: Limits);
        await Eventually.GetAsync(
            () => Api.GetAsync(revived.Http, $"/api/runs/{origin}"), static run => !(bool)run["retained"]!, "the origin is let go");
        var replay = await Api.PostAsync(revived.Http, $"/api/runs/{fork}/replay", "{}");
        Assert.True((bool)replay["identical"]!, replay.ToJsonString());

        var archive = await revived.Http.GetStringAsync($"/api/conversations/{conversation}/export");
        await using var other = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var there = await other.StartAsync();
        using var import = new HttpRequestMessage(HttpMethod.Post, "/api/conversations/import")
        {
            Content = new StringContent(archive, System.Text.Encoding.UTF8, "application/x-ndjson"),
        };
        await Api.SendAsync(there.Http, import);
        Assert.False((bool)(await Api.GetAsync(there.Http, $"/api/runs/{origin}"))["retained"]!);
        Assert.Equal(pinned, (string)Assert.Single((await Api.GetAsync(there.Http, "/api/runs?pinned=true"))["data"]!.AsArray())!["id"]!);
        Assert.True((bool)(await Api.PostAsync(there.Http, $"/api/runs/{pinned}/replay", "{}"))["identical"]!);
        var sound = await other.RunAsync([], "verify");
        Assert.True(sound.ExitCode == 0, sound.Output + sound.Errors);
    }

    private static string Turn(string conversation, string text) => new JsonObject
    {
        ["input"] = text, ["conversation"] = conversation, ["instructions"] = Instructions,
    }.ToJsonString();

    private static async Task AssertKeptAsync(HttpClient http, string conversation, string completion, string pinned)
    {
        var items = await Api.ItemsAsync(http, conversation);
        Assert.Equal(
            Enumerable.Range(0, 4).SelectMany(static i => new[] { ("user", $"question {i}"), ("assistant", Answer) }), items);
        await Api.GetAsync(http, $"/v1/chat/completions/{completion}", HttpStatusCode.NotFound);
        var page = (await Api.GetAsync(http, "/api/runs?pinned=true"))["data"]!.AsArray();
        Assert.Equal(pinned, (string)Assert.Single(page)!["id"]!);
        Assert.True((bool)page[0]!["retained"]!);
        var replay = await Api.PostAsync(http, $"/api/runs/{pinned}/replay", "{}");
        Assert.True((bool)replay["identical"]!, replay.ToJsonString());
        var step = await Api.GetAsync(http, $"/api/runs/{pinned}/steps/2");
        Assert.Contains(Instructions, step.ToJsonString(), StringComparison.Ordinal);
    }

    private static async Task<long> CountAsync(string database, string table)
    {
        await using var connection = await OpenAsync(database);
        await using var command = connection.CreateCommand();
        command.CommandText = $"select count(*) from {table}";
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(await command.ExecuteNonQueryAsync() > 0);
    }

    private static async Task<DbConnection> OpenAsync(string database)
    {
        DbConnection connection = database.StartsWith("Data Source", StringComparison.Ordinal)
            ? new SqliteConnection(database)
            : new NpgsqlConnection(database);
        await connection.OpenAsync();
        return connection;
    }
}
