using System.Data.Common;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>The program's own command that looks the journal over.</summary>
public sealed class VerifyCommandTests(PostgreSqlFixture postgreSql) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-verify-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(Storage.Sqlite)]
    [InlineData(Storage.PostgreSql)]
    public async Task Verify_WhileASiloRuns_TellsSoundFromInjuredAndNamesThePlace(Storage storage)
    {
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
        var database = storage == Storage.PostgreSql
            ? await postgreSql.Instance.CreateDatabaseAsync()
            : $"Data Source={Path.Combine(_directory, "verify.db")};Pooling=False";
        (string, string)[] settings = [("OrleansAi:Storage:ConnectionString", database)];
        var empty = await deployment.RunAsync(settings, "verify");
        Assert.Equal(1, empty.ExitCode);
        Assert.Contains("cannot be verified", empty.Errors, StringComparison.Ordinal);

        await using var silo = await deployment.StartAsync(more: settings);
        var (first, second) = (await Api.CreateConversationAsync(silo.Http), await Api.CreateConversationAsync(silo.Http));
        foreach (var conversation in new[] { first, second })
        {
            for (var i = 0; i < 3; i++)
            {
                using var turn = Api.Turn(conversation, $"turn {i}", key: $"{conversation} {i}");
                await Api.SendAsync(silo.Http, turn);
            }
        }

        var sound = await deployment.RunAsync(settings, "verify", "--json");
        Assert.True(sound.ExitCode == 0, sound.Output + sound.Errors);
        var report = JsonNode.Parse(sound.Output)!;
        Assert.Equal((true, 14, 6, 0), ((bool)report["sound"]!, (int)report["records"]!, (int)report["runs"]!, (int)report["unchained"]!));

        await using (DbConnection connection = storage == Storage.PostgreSql ? new NpgsqlConnection(database) : new SqliteConnection(database))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = $"update journal_records set at = at + 1 where position = 3 and stream = 'local/{first}'";
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        var injured = await deployment.RunAsync(settings, "verify", "--json", "--tenant", "local");
        Assert.Equal(2, injured.ExitCode);
        var line = JsonNode.Parse(injured.Output.Split('\n')[0])!;
        Assert.Equal(($"local/{first}", 3, "changed"), ((string)line["stream"]!, (int)line["position"]!, (string)line["injury"]!));
        Assert.Contains($"local/{first} 3 changed: ", (await deployment.RunAsync(settings, "verify", "--stream", $"local/{first}")).Output, StringComparison.Ordinal);
        var other = await deployment.RunAsync(settings, "verify", "--stream", $"local/{second}");
        Assert.Equal((0, true), (other.ExitCode, other.Output.StartsWith("Sound: 1 streams, 7 records", StringComparison.Ordinal)));
        Assert.Equal(0, (await deployment.RunAsync(settings, "verify", "--tenant", "another")).ExitCode);
    }

    [Fact]
    public async Task Verify_WrongCommands_SayWhatIsWrong()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        foreach (var (arguments, expected) in new (string[], string)[]
        {
            (["verify", "everything"], "verify [--tenant"),
            (["verify", "--tenant", "a", "--stream", "a/b"], "verify [--tenant"),
            (["verify", "--tenants", "a"], "--tenants"),
        })
        {
            var ended = await deployment.RunAsync([], arguments);
            Assert.Equal(1, ended.ExitCode);
            Assert.Contains(expected, ended.Errors, StringComparison.Ordinal);
            Assert.Empty(ended.Output);
        }
    }
}
