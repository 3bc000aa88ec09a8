using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>The scenarios of real Node clients against a running silo.</summary>
[Collection(ClientsCollection.Name)]
public sealed class NodeClientTests(ClientsFixture clients)
{
    [Theory]
    [InlineData("openai.mjs", 26)]
    [InlineData("vercel.mjs", 14)]
    [InlineData("langchain.mjs", 10)]
    [InlineData("websocket.mjs", 3)]
    [InlineData("schema.mjs", 15)]
    [InlineData("routes.mjs", 7)]
    public async Task Client_AllScenarios_Pass(string script, int least)
    {
        await NodePackages.InstalledAsync();
        var output = await clients.RunAsync("node", [script]);

        Assert.True(output.Split("passed: ").Length > least, output);
    }
}
