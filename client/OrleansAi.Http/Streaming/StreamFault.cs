using System.Text.Json;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Streaming;

/// <summary>
/// What goes wrong after a stream has begun is told in the stream: its head is sent, so no status can say it any more. The run
/// goes on.
/// </summary>
internal static class StreamFault
{
    /// <summary>Follows, and tells the client what goes wrong.</summary>
    /// <param name="stream">The stream, which has begun.</param>
    /// <param name="follow">Writes events until the run has ended.</param>
    /// <param name="write">Writes an error as an event.</param>
    /// <exception cref="ToldStreamException">Something went wrong and was told.</exception>
    public static async Task TellAsync(EventStream stream, Func<Task> follow, Action<OrleansAiException> write)
    {
        try
        {
            await follow();
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or IOException))
        {
            // A client that went away is not told; what is about the connection stays what it is.
            write(exception as OrleansAiException ?? new OrleansAiException(
                ErrorCodes.Internal,
                $"The stream broke off by a defect; quote the request id {stream.Context.Response.Headers[HeaderNames.RequestId]}. The run goes on."));
            await stream.FlushAsync();
            throw new ToldStreamException(exception);
        }
    }

    /// <summary>Writes an error event of the Responses API (Open Responses 2026-04-24, ErrorStreamingEvent).</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="error">The error.</param>
    /// <param name="last">
    /// The number of the last event before it, which the error repeats: it is no event of the run, and who resumes behind it
    /// misses nothing.
    /// </param>
    public static void WriteEvent(EventStream stream, OrleansAiException error, long last) => stream.Write("error", (error, last), static (json, fault) =>
    {
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteNumber("sequence_number", Math.Max(0, fault.last));
        WriteBody(json, fault.error);
        json.WriteEndObject();
    });

    /// <summary>Writes an error in the place of a chunk of a chat completion.</summary>
    public static void WriteChunk(EventStream stream, OrleansAiException error) => stream.Write(null, error, static (json, fault) =>
    {
        json.WriteStartObject();
        WriteBody(json, fault);
        json.WriteEndObject();
    });

    private static void WriteBody(Utf8JsonWriter json, OrleansAiException error)
    {
        json.WritePropertyName("error");
        ErrorWriter.WriteBody(json, error.Code, error.Message, error.Param, ErrorWriter.StatusOf(error), error.RunId);
    }
}

/// <summary>A stream broke off, and its client was told why.</summary>
internal sealed class ToldStreamException(Exception cause) : Exception(cause.Message, cause)
{
    /// <summary>True when it was a defect of this product.</summary>
    public bool IsDefect => InnerException is not OrleansAiException { Code: not ErrorCodes.Internal };
}
