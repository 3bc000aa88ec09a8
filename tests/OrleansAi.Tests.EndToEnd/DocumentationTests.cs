using System.Text.Json.Nodes;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A silo that nobody has configured tells how it is configured.</summary>
public sealed class DocumentationTests
{
    [Fact]
    public async Task Ask_HowToAddAVendor_IsToldFromTheDocumentationWithItsSource()
    {
        var directory = Directory.CreateTempSubdirectory("orleansai-docs-").FullName;
        var ports = Ports.Free(3);
        var settings = new Dictionary<string, string>
        {
            ["urls"] = $"http://127.0.0.1:{ports[0]}",
            ["OrleansAi:Cluster:SiloPort"] = $"{ports[1]}",
            ["OrleansAi:Cluster:GatewayPort"] = $"{ports[2]}",
            ["OrleansAi:Documentation:Enabled"] = "",
        };
        for (var start = 0; start < 2; start++)
        {
            await using var silo = await SiloProcess.StartAsync(Deployment.SiloAssembly, directory, settings);

            // Before the documentation is there nothing wrong is said.
            var early = await Api.PostAsync(silo.Http, "/v1/responses", """{"input":"My cat is called Mimi."}""");
            Assert.StartsWith("I am the built-in model", TextOf(early), StringComparison.Ordinal);
            await Eventually.TrueAsync(
                () => silo.Output.Contains("The documentation can be searched", StringComparison.Ordinal), "the documentation is there");

            var answer = await Api.PostAsync(silo.Http, "/v1/responses", """{"input":"How do I add a vendor?"}""");

            Assert.Contains("OrleansAi__Vendors__", TextOf(answer), StringComparison.Ordinal);
            var note = answer["output"]![0]!["content"]![0]!["annotations"]![0]!;
            Assert.Equal(("file_citation", "configuration.md"), ((string?)note["type"], (string?)note["filename"]));
            var replay = await Api.PostAsync(silo.Http, $"/api/runs/{answer["id"]}/replay", "{}");
            Assert.True((bool)replay["identical"]!, replay.ToJsonString());

            // It is ingested once, whatever the number of starts.
            var store = (await Api.GetAsync(silo.Http, "/v1/vector_stores"))["data"]!.AsArray().Single()!;
            Assert.Equal(1L, (long)store["file_counts"]!["completed"]! / (await FilesAsync(silo.Http)));
            Assert.Equal(0, await silo.TerminateAsync());
        }

        Directory.Delete(directory, recursive: true);
    }

    private static async Task<long> FilesAsync(HttpClient http) => (await Api.GetAsync(http, "/v1/files?limit=1000"))["data"]!.AsArray().Count;

    private static string TextOf(JsonNode response) => (string)response["output"]![0]!["content"]![0]!["text"]!;
}
