using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>What an operator sees.</summary>
public sealed class TelemetryTests(PostgreSqlFixture postgreSql)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Trace_OfATurn_IsOneThroughHttpGrainsStorageAndVendor(bool stream)
    {
        await using var collector = await OtlpReceiver.OtlpReceiver.StartAsync();
        await using var deployment = await Deployment.CreateAsync(Storage.PostgreSql, postgreSql);
        await using var silo = await deployment.StartAsync(
            null, collector.Variables);
        var conversation = await Api.CreateConversationAsync(silo.Http);
        using var request = Api.Turn(conversation, "trace me", stream: stream);
        using var answer = await silo.Http.SendAsync(request);
        var trace = answer.Headers.GetValues("OrleansAi-Trace-Id").Single();
        Assert.StartsWith("resp_", answer.Headers.GetValues("OrleansAi-Run-Id").Single(), StringComparison.Ordinal);
        Assert.StartsWith("req_", answer.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal);

        string[] expected = ["POST /v1/responses", "turn", "model_execution", "chat m1", "journal_append"];
        var spans = await Eventually.GetAsync(
            () => Task.FromResult(collector.Spans.Where(span => span.TraceId == trace).ToList()),
            spans => expected.All(name => spans.Exists(span => span.Name == name))
                && spans.Exists(static span => span.Scope.Name.StartsWith("Microsoft.Orleans", StringComparison.Ordinal))
                && spans.Count(static span => span.Name == "journal_append") == 2,
            "the spans of the turn");

        // Every span but the first hangs below another one of the same trace.
        var ids = spans.Select(static span => span.Id).ToHashSet();
        Assert.Single(spans, span => !ids.Contains(span.ParentId));
    }

    [Fact]
    public async Task Logs_OfARun_CarryItsId()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        deployment.Vendor.Behave = static call => new() { Status = call.Number == 1 ? 503 : 200 };
        await using var silo = await deployment.StartAsync();
        var run = await Api.PostAsync(silo.Http, "/v1/responses", """{"input":"log me"}""");

        var line = await Eventually.GetAsync(
            () => Task.FromResult(silo.Output.Split('\n').FirstOrDefault(static line => line.Contains("double/m1", StringComparison.Ordinal))),
            static line => line is not null,
            "a line about the failed call");
        Assert.Contains((string)run["id"]!, line, StringComparison.Ordinal);
        Assert.DoesNotContain("log me", silo.Output, StringComparison.Ordinal);
    }
}
