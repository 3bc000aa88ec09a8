using System.Text.Json.Nodes;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A silo is killed while it promotes a fork: whoever asks again finds it promoted once, and the journal is whole.</summary>
public sealed class PromoteKillTests(PostgreSqlFixture postgreSql)
{
    [Theory]
    [InlineData("before-promotion")]
    [InlineData("after-promotion")]
    public async Task Kill_WhileAForkIsPromoted_ItIsPromotedOnce(string point)
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        string conversation, origin, fork;
        await using (var silo = await deployment.StartAsync(point))
        {
            conversation = await Api.CreateConversationAsync(silo.Http);
            origin = (string)(await Api.SendAsync(silo.Http, Api.Turn(conversation, "Is it?")))["id"]!;
            fork = (string)(await Api.PostAsync(
                silo.Http, $"/api/runs/{origin}/fork", """{"overrides":{"outputs":{"2":{"text":"By hand."}}}}"""))["data"]![0]!["id"]!;
            await Eventually.GetAsync(
                () => Api.GetAsync(silo.Http, $"/api/runs/{fork}"), static trace => trace["completed_at"] is not null, "the fork ends");
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => Api.PostAsync(silo.Http, $"/api/runs/{fork}/promote", "{}"));
            await silo.WaitForExitAsync();
        }

        await using (var revived = await deployment.StartAsync())
        {
            var before = await Api.GetAsync(revived.Http, $"/api/runs/{fork}");
            Assert.Equal(point == "after-promotion", before["promoted_to"] is not null);
            var promotion = await Api.PostAsync(revived.Http, $"/api/runs/{fork}/promote", "{}");
            Assert.Equal(origin, (string)promotion["replaces"]!);
            Assert.True(JsonNode.DeepEquals(promotion, await Api.PostAsync(revived.Http, $"/api/runs/{fork}/promote", "{}")));
            var there = await Api.ItemsAsync(revived.Http, conversation);
            Assert.Equal(2, there.Count);
            Assert.Equal("By hand.", there[^1].Text);
            Assert.Equal(0, await revived.TerminateAsync());
        }

        var verified = await deployment.RunAsync([], "verify");
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Errors);

        // Loaded anew, with the snapshot that the process left, it is the same conversation.
        await using var again = await deployment.StartAsync();
        var told = await Api.SendAsync(again.Http, Api.Turn(conversation, "And?"));
        var messages = (await Api.GetAsync(again.Http, $"/api/runs/{told["id"]}/steps/2"))["input"]!["messages"]!.AsArray();
        Assert.Equal(["Is it?", "By hand.", "And?"], messages.Select(static message => (string)message!["text"]!));
        var replay = await Api.PostAsync(again.Http, $"/api/runs/{told["id"]}/replay", "{}");
        Assert.True((bool)replay["identical"]!, replay.ToJsonString());
    }
}
