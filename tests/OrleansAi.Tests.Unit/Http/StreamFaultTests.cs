using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Streaming;
using Xunit;

namespace OrleansAi.Tests.Unit.Http;

/// <summary>What goes wrong after a stream's head.</summary>
public sealed class StreamFaultTests
{
    private readonly DefaultHttpContext _context = new();
    private readonly MemoryStream _body = new();
    private readonly EventStream _stream;

    public StreamFaultTests()
    {
        _context.Response.Body = _body;
        var options = Options.Create(new HttpOptions());
        _stream = new EventStream(_context.Response, new FrontCalls(null!, options, TimeProvider.System, new OpenStreams(options)));
    }

    [Fact]
    public async Task Tell_AnErrorOfOurs_IsAnEventThatRepeatsTheLastNumber()
    {
        var cause = new OrleansAiException(ErrorCodes.StorageUnavailable, "gone");

        var told = await Assert.ThrowsAsync<ToldStreamException>(() => StreamFault.TellAsync(
            _stream, () => Task.FromException(cause), error => StreamFault.WriteEvent(_stream, error, 41)));

        Assert.False(told.IsDefect);
        var lines = Sent().Split('\n');
        Assert.Equal("event: error", lines[0]);
        var data = JsonNode.Parse(lines[1]["data: ".Length..])!;
        Assert.Equal(("error", 41, "storage_unavailable", "server_error"), (
            (string)data["type"]!, (int)data["sequence_number"]!, (string)data["error"]!["code"]!, (string)data["error"]!["type"]!));
    }

    [Fact]
    public async Task Tell_ADefect_NamesTheRequestAndNothingElse()
    {
        _context.Response.Headers[HeaderNames.RequestId] = "req_1";

        var told = await Assert.ThrowsAsync<ToldStreamException>(() => StreamFault.TellAsync(
            _stream, static () => throw new InvalidOperationException("a secret"), error => StreamFault.WriteChunk(_stream, error)));

        Assert.True(told.IsDefect);
        Assert.Contains("req_1", Sent(), StringComparison.Ordinal);
        Assert.DoesNotContain("a secret", Sent(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tell_AClientThatWentAway_IsNotTold()
    {
        await Assert.ThrowsAsync<SlowReaderException>(() => StreamFault.TellAsync(
            _stream, static () => throw new SlowReaderException(1), error => StreamFault.WriteChunk(_stream, error)));

        Assert.Empty(Sent());
    }

    private string Sent() => Encoding.UTF8.GetString(_body.ToArray());
}
