using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Streaming;

namespace OrleansAi.Http.Hosting;

/// <summary>Gives every answer its request id and trace id, and turns every error into its documented form.</summary>
internal sealed partial class RequestEnvelope(RequestDelegate next, IdSource ids, ILogger<RequestEnvelope> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var requestId = ids.New(IdPrefixes.Request);
        context.Response.Headers[HeaderNames.RequestId] = requestId;
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            context.Response.Headers[HeaderNames.TraceId] = activity.TraceId.ToHexString();
        }

        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: 404 or 405, ContentLength: null or 0 }
                && !context.Request.Path.StartsWithSegments("/health"))
            {
                await ErrorWriter.WriteAsync(context, NoRoute(context), context.Response.StatusCode);
            }
        }
        catch (OrleansAiException exception) when (!context.Response.HasStarted)
        {
            if (exception.Code == ErrorCodes.Internal)
            {
                LogDefect(exception, requestId, context.Request.Path);
            }

            await ErrorWriter.WriteAsync(context, exception);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            await ErrorWriter.WriteAsync(context, Refused(exception), exception.StatusCode);
        }
        catch (ToldStreamException exception)
        {
            if (exception.IsDefect)
            {
                LogDefect(exception, requestId, context.Request.Path);
            }
        }
        catch (SlowReaderException exception)
        {
            LogCut(requestId, context.Request.Path, exception.Seconds);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller went away; its run goes on.
            LogAborted(requestId, context.Request.Path);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            LogDefect(exception, requestId, context.Request.Path);
            await ErrorWriter.WriteAsync(
                context, new OrleansAiException(ErrorCodes.Internal, $"The request failed by a defect; quote the request id {requestId}."));
        }
    }

    private static OrleansAiException NoRoute(HttpContext context) => new(
        ErrorCodes.InvalidRequest,
        context.Response.StatusCode == 405
            ? $"{context.Request.Path} does not take {context.Request.Method}."
            : $"There is nothing at {context.Request.Path}.");

    private static OrleansAiException Refused(BadHttpRequestException exception) => exception.StatusCode == StatusCodes.Status413PayloadTooLarge
        ? new OrleansAiException(ErrorCodes.RequestTooLarge, $"The body is too large: {exception.Message}")
        : new OrleansAiException(ErrorCodes.InvalidRequest, exception.Message);

    [LoggerMessage(5001, LogLevel.Error, "Request {RequestId} to {Path} failed by a defect.")]
    private partial void LogDefect(Exception exception, string requestId, string path);

    [LoggerMessage(5003, LogLevel.Warning, "The caller of request {RequestId} to {Path} did not read for {Seconds} s; its stream is cut, its run goes on.")]
    private partial void LogCut(string requestId, string path, int seconds);

    [LoggerMessage(5002, LogLevel.Debug, "The caller of request {RequestId} to {Path} went away.")]
    private partial void LogAborted(string requestId, string path);
}
