using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd.Cli;

/// <summary>The tool where keys are asked for, and over the store itself.</summary>
public sealed class CliKeysAndVerifyTests(PostgreSqlFixture postgreSql)
{
    [Fact]
    public async Task Keys_OverTheManagementApi_AreMadeListedAndRevoked()
    {
        (string, string) hashKey = ("OrleansAi:Auth:HashKey", new string('k', 44));
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        var admin = (await deployment.RunAsync([hashKey], "keys", "create", "--role", "admin")).Output.Trim();
        await using var silo = await deployment.StartAsync(more: [hashKey, ("OrleansAi:Auth:Mode", "Keys")]);
        Task<ToolResult> AsAsync(string key, params string[] arguments) => Tool.RunAsync(silo.Url, "", [("ORLEANSAI_API_KEY", key)], arguments);

        var made = await AsAsync(admin, "keys", "create", "--role", "operator", "--name", "ci", "--requests-per-minute", "600");
        Assert.True(made.Code == 0, made.Errors);
        var key = made.Output.Trim();
        Assert.Matches("^oai_sk_[0-9a-z]{8}_[A-Za-z0-9_-]{43}$", key);
        Assert.Equal(0, (await AsAsync(key, "runs", "list")).Code);
        Assert.Contains("forbidden", (await AsAsync(key, "keys", "list")).Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await AsAsync(admin, "keys", "revoke", key[7..15])).Code);
        Assert.Matches($"{key[7..15]} +operator +revoked", (await AsAsync(admin, "keys", "list")).Output);
        await Eventually.TrueAsync(async () => (await AsAsync(key, "runs", "list")).Errors.Contains("invalid_api_key", StringComparison.Ordinal), "the key is refused");
    }

    [Theory]
    [InlineData(Storage.Sqlite)]
    [InlineData(Storage.PostgreSql)]
    public async Task Verify_OfAStore_NeedsNoServer(Storage storage)
    {
        var directory = Directory.CreateTempSubdirectory("orleansai-cli-").FullName;
        try
        {
            await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
            var database = storage == Storage.PostgreSql
                ? await postgreSql.Instance.CreateDatabaseAsync()
                : $"Data Source={Path.Combine(directory, "verify.db")};Pooling=False";
            await using (var silo = await deployment.StartAsync(more: ("OrleansAi:Storage:ConnectionString", database)))
            {
                await Api.PostAsync(silo.Http, "/v1/responses", """{"input":"verify me"}""");
            }

            var sound = await Tool.RunAsync("http://127.0.0.1:9", "verify", "--provider", storage.ToString(), "--connection-string", database, "--json");
            Assert.True(sound.Code == 0, sound.Errors);
            Assert.Equal((true, 1), ((bool)sound.Json["sound"]!, (int)sound.Json["runs"]!));
            var nothing = await Tool.RunAsync("http://127.0.0.1:9", "verify", "--connection-string", $"Data Source={Path.Combine(directory, "none.db")}");
            Assert.Equal(1, nothing.Code);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
