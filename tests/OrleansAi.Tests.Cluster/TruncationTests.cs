using Microsoft.Extensions.DependencyInjection;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Conversations;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.Cluster;

/// <summary>Turns that may not be told less than the whole conversation.</summary>
public sealed class TruncationTests(PostgreSqlFixture postgreSql)
{
    [Fact]
    public async Task RunTurn_HistoryGrowsWhileItWaits_IsRefusedInsteadOfCut()
    {
        await using var vendor = await VendorServer.StartAsync();
        await using var host = await Host.StartAsync(
            await postgreSql.Instance.CreateDatabaseAsync(),
            vendor,
            configure: static services => services.Configure<ConversationOptions>(static options => options.WindowMessages = 4));
        var gate = new TaskCompletionSource();
        vendor.Behave = _ => new Behaviour { Gate = gate.Task };
        var conversation = (await host.Client.CreateConversationAsync()).Id;
        var whole = new TurnOptions { RefuseTruncation = true };
        await host.Client.StartTurnAsync(conversation, Host.Turn("one"));
        await host.Client.StartTurnAsync(conversation, Host.Turn("two"));

        // Nothing has ended yet, so at its admission nothing is too much.
        var refused = await host.Client.StartTurnAsync(conversation, Host.Turn("three") with { Options = whole });
        var last = await host.Client.StartTurnAsync(conversation, Host.Turn("four"));
        gate.SetResult();

        var ended = await host.Client.WaitAsync(refused);
        Assert.Equal((RunStatus.Failed, ErrorCodes.ContextTooLong), (ended.Status, ended.Error?.Code));
        Assert.Equal(RunStatus.Completed, (await host.Client.WaitAsync(last)).Status);
        Assert.Equal(0, vendor.CountOf("three"));
        var late = await Assert.ThrowsAsync<OrleansAiException>(
            () => host.Client.StartTurnAsync(conversation, Host.Turn("five") with { Options = whole }));
        Assert.Equal(ErrorCodes.ContextTooLong, late.Code);
    }
}
