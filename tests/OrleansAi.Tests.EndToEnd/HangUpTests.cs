using OrleansAi.Testing;
using OrleansAi.VendorDouble;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Clients that go away while they wait.</summary>
[Collection(OneSiloCollection.Name)]
public sealed class HangUpTests(OneSilo one)
{
    [Fact]
    public async Task Stream_ClientHangsUpWhileNothingHappens_IsNoErrorAndTheRunEnds()
    {
        one.Begin();
        var gate = new TaskCompletionSource();
        one.Vendor.Behave = _ => new Behaviour { Gate = gate.Task };
        await using var front = await InProcessFront.StartAsync(one.GatewayPort, ("Logging:LogLevel:OrleansAi", "Debug"));
        var conversation = await Api.CreateConversationAsync(front.Http);
        await EventReader.ReadAsync(front.Http, Api.Turn(conversation, "never mind", stream: true), most: 2);

        await Eventually.TrueAsync(() => front.Logs.CountOf(5002) == 1, "the front has noticed");
        gate.SetResult();
        await Api.RunsEndedAsync(front.Http, conversation, 1);
        Assert.Empty(front.Logs.Errors);
    }
}
