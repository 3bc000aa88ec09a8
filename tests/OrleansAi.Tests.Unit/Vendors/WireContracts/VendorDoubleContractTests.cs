using System.Net.Http.Json;
using OrleansAi.VendorDouble;
using OrleansAi.Vendors.Wire;
using OrleansAi.Vendors.WireContracts;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.WireContracts;

/// <summary>What comes over a socket, as the capture below the SDKs keeps it, is held to the contract.</summary>
public sealed class VendorDoubleContractTests
{
    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, "No.")]
    [InlineData(true, "No.")]
    public async Task Check_OverASocket_IsExact(bool isStream, string? refusal)
    {
        await using var server = await VendorServer.StartAsync();
        server.Behave = _ => new Behaviour { Refusal = refusal };

        var (reading, _) = await CallAsync(server, isStream);

        Assert.Empty(WireContractTests.Show(reading));
        Assert.Equal("openai.chat.1", reading.Contract);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Check_UnknownFinishReasonOverASocket_IsAdditive(bool isStream)
    {
        await using var server = await VendorServer.StartAsync();
        server.Behave = static _ => new Behaviour { FinishReason = "bored" };

        var (reading, status) = await CallAsync(server, isStream);

        Assert.Equal(200, status);
        Assert.Equal(["UnknownValue $.choices[].finish_reason \"bored\""], WireContractTests.Show(reading));
    }

    private static async Task<(ContractReading Reading, int? Status)> CallAsync(VendorServer server, bool isStream)
    {
        using var http = VendorHttp.Create();
        var capture = WireCapture.Begin();
        using var response = await http.PostAsJsonAsync(
            server.Endpoint + "/chat/completions",
            new { model = "m1", stream = isStream, messages = new[] { new { role = "user", content = "hello" } } });
        await response.Content.ReadAsByteArrayAsync();
        var reading = new ContractChecker(WireContractCatalog.Default).Check("openai.chat", "m1", "m1", isPinned: false, capture, isStream);
        return (reading, capture.Status);
    }
}
