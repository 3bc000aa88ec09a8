using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>The scenarios of real Node clients against a running silo.</summary>
public sealed class NodeClientTests(ClientsFixture clients) : IClassFixture<ClientsFixture>, IAsyncLifetime
{
    private static readonly SemaphoreSlim Installing = new(1);
    private static bool _isInstalled;

    public async ValueTask InitializeAsync()
    {
        await Installing.WaitAsync();
        try
        {
            if (!_isInstalled)
            {
                await clients.RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline"]);
                _isInstalled = true;
            }
        }
        finally
        {
            Installing.Release();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("openai.mjs", 24)]
    [InlineData("vercel.mjs", 14)]
    [InlineData("langchain.mjs", 10)]
    [InlineData("websocket.mjs", 1)]
    [InlineData("schema.mjs", 8)]
    public async Task Client_AllScenarios_Pass(string script, int least)
    {
        var output = await clients.RunAsync("node", [script]);

        Assert.True(output.Split("passed: ").Length > least, output);
    }
}
