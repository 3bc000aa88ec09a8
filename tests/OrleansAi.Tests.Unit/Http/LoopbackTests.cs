using System.Net;
using Microsoft.AspNetCore.Http;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Hosting;
using Xunit;

namespace OrleansAi.Tests.Unit.Http;

public sealed class LoopbackTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:5080", true)]
    [InlineData("app.localhost:5080", true)]
    [InlineData("127.0.0.1:5080", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("[::1]:5080", true)]
    [InlineData("", true)]
    [InlineData("evil.example:5080", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("notlocalhost", false)]
    [InlineData("192.168.0.7", false)]
    [InlineData("[2001:db8::1]", false)]
    public async Task Gate_Host_MustBeThisMachine(string host, bool isTaken)
    {
        var context = new DefaultHttpContext { Connection = { LocalIpAddress = IPAddress.Loopback } };
        context.Request.Host = new HostString(host);
        var gate = new LocalHostGate(static _ => Task.CompletedTask);

        if (isTaken)
        {
            await gate.InvokeAsync(context);
        }
        else
        {
            Assert.Equal(ErrorCodes.Forbidden, (await Assert.ThrowsAsync<OrleansAiException>(() => gate.InvokeAsync(context))).Code);
        }
    }

    [Fact]
    public async Task Gate_UnixSocket_TakesAnyName()
    {
        var context = new DefaultHttpContext();
        context.Request.Host = new HostString("api.internal");

        await new LocalHostGate(static _ => Task.CompletedTask).InvokeAsync(context);
    }
}
