using System.Net;
using System.Net.Http.Headers;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>The program's own commands for keys, with and without a silo over the same storage.</summary>
public sealed class KeysCommandTests(PostgreSqlFixture postgreSql)
{
    private static readonly (string Key, string Value) HashKey = ("OrleansAi:Auth:HashKey", new string('k', 44));

    [Theory]
    [InlineData(Storage.Sqlite)]
    [InlineData(Storage.PostgreSql)]
    public async Task Keys_MadeListedAndRevokedByCommand_OpenAndCloseARunningSilo(Storage storage)
    {
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);

        // The first admin's key is made before anything has ever run.
        var first = await deployment.RunAsync([HashKey], "keys", "create", "--role", "admin", "--name", "first admin", "--project", "main");
        Assert.True(first.ExitCode == 0, first.Errors);
        var admin = first.Output.Trim();
        Assert.Matches("^oai_sk_[0-9a-z]{8}_[A-Za-z0-9_-]{43}$", admin);
        Assert.DoesNotContain(admin, first.Errors, StringComparison.Ordinal);

        await using var silo = await deployment.StartAsync(more: [HashKey, ("OrleansAi:Auth:Mode", "Keys")]);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(silo, null, "/v1/models"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(silo, admin, "/api/keys"));

        // One more while the silo runs; it is good as soon as the command has ended.
        var second = await deployment.RunAsync(
            [HashKey], "keys", "create", "--project", "main", "--expires", "90d", "--requests-per-minute", "100");
        Assert.True(second.ExitCode == 0, second.Errors);
        var app = second.Output.Trim();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(silo, app, "/v1/models"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(silo, app, "/api/keys"));

        var revoked = await deployment.RunAsync([], "keys", "revoke", app[7..15]);
        Assert.True(revoked.ExitCode == 0, revoked.Errors);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(silo, app, "/v1/models"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(silo, admin, "/v1/models"));

        var list = (await deployment.RunAsync([], "keys", "list")).Output;
        Assert.Matches($"(?m)^{admin[7..15]} +admin +good .* - +default/main, first admin\r?$", list);
        Assert.Matches($"(?m)^{app[7..15]} +app +revoked ", list);
        Assert.DoesNotContain(app[^43..], list + silo.Output, StringComparison.Ordinal);

        using var request = Request(admin, "/api/audit");
        var audit = await Api.SendAsync(silo.Http, request);
        Assert.Contains("keys revoke", audit["data"]!.AsArray().Select(static entry => (string)entry!["action"]!));
        Assert.Equal(3, audit["data"]!.AsArray().Count(static entry => (string)entry!["actor"]! == "command-line"));
    }

    [Fact]
    public async Task Keys_WrongCommands_SayWhatIsWrongInOneLine()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        foreach (var (arguments, code, expected) in new (string[], int, string)[]
        {
            (["keys"], 2, "keys create"),
            (["keys", "destroy"], 2, "keys create"),
            (["keys", "create", "--rolle", "admin"], 1, "--rolle"),
            (["keys", "create", "--role", "king"], 1, "king"),
            (["keys", "create", "--role"], 1, "needs a value"),
            (["keys", "create", "--expires", "soon"], 1, "soon"),
            (["keys", "create", "--project", "a b"], 1, "a b"),
            (["keys", "create", "--tokens-per-minute", "0"], 1, "at least 1"),
            (["keys", "revoke", "nothing1"], 1, "nothing1"),
            (["keys", "list", "--OrleansAi:Storrage:Provider=Sqlite"], 1, "Storrage"),
        })
        {
            var ended = await deployment.RunAsync([HashKey], arguments);
            Assert.Equal(code, ended.ExitCode);
            Assert.Contains(expected, ended.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
            Assert.Empty(ended.Output);
        }

        var without = await deployment.RunAsync([], "keys", "create");
        Assert.Equal(1, without.ExitCode);
        Assert.Contains("OrleansAi:Auth:HashKey", without.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Front_WithoutAStore_HoldsToKeysAndRevocations()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.PostgreSql, postgreSql);
        (string, string)[] keys = [HashKey, ("OrleansAi:Auth:Mode", "Keys")];
        var admin = (await deployment.RunAsync([HashKey], "keys", "create", "--role", "admin")).Output.Trim();
        await using var silo = await deployment.StartMemberAsync(keys);
        await using var front = await deployment.StartFrontAsync(keys);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(front, null, "/api/runs"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(front, admin, "/api/runs"));
        await deployment.RunAsync([], "keys", "revoke", admin[7..15]);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(front, admin, "/api/runs"));

        // The refused key is named by its id and by nothing more. A log is written behind the answer, so the line is awaited.
        await Eventually.TrueAsync(() => front.Output.Contains(admin[7..15], StringComparison.Ordinal), "the front names the refused key by its id");
        Assert.DoesNotContain(admin[^43..], front.Output + silo.Output, StringComparison.Ordinal);
    }

    private static HttpRequestMessage Request(string? key, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    private static async Task<HttpStatusCode> StatusAsync(SiloProcess process, string? key, string path)
    {
        using var request = Request(key, path);
        using var answer = await process.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
