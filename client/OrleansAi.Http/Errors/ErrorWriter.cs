using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Errors;

/// <summary>Errors as callers see them: OpenAI's shape under <c>/v1</c>, RFC 9457 problem details elsewhere.</summary>
internal static class ErrorWriter
{
    // What a caller sent is told back to it, but not all of it.
    private const int LongestText = 1_000;

    public static async Task WriteAsync(HttpContext context, OrleansAiException error, int? status = null)
    {
        var response = context.Response;
        response.StatusCode = status ?? StatusOf(error);
        if (error.RetryAfter is { } wait)
        {
            response.Headers[HeaderNames.RetryAfter] = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (error.RunId is { } run)
        {
            response.Headers[HeaderNames.RunId] = run;
        }

        var isOpenAi = context.Request.Path.StartsWithSegments("/v1");
        response.ContentType = isOpenAi ? "application/json" : "application/problem+json";
        await using var json = new Utf8JsonWriter(response.BodyWriter, JsonText.Options);
        json.WriteStartObject();
        if (isOpenAi)
        {
            json.WritePropertyName("error");
            WriteBody(json, error.Code, error.Message, error.Param, response.StatusCode, error.RunId);
        }
        else
        {
            json.WriteString("type", $"urn:orleansai:error:{error.Code}");
            json.WriteString("title", Title(response.StatusCode));
            json.WriteNumber("status", response.StatusCode);
            json.WriteString("detail", Short(error.Message));
            json.WriteString("code", error.Code);
            json.WriteString("requestId", response.Headers[HeaderNames.RequestId].ToString());
            if (error.Param is not null)
            {
                json.WriteString("param", Short(error.Param));
            }
        }

        json.WriteEndObject();
        await JsonAnswer.SendAsync(context, json);
    }

    /// <summary>The inner object of OpenAI's shape.</summary>
    public static void WriteBody(Utf8JsonWriter json, string code, string message, string? param, int status, string? runId = null)
    {
        json.WriteStartObject();
        json.WriteString("message", Short(message));
        json.WriteString("type", status switch
        {
            401 => "authentication_error",
            403 => "permission_error",
            429 => "rate_limit_error",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        });
        json.WriteString("code", code);
        json.WriteString("param", param is null ? null : Short(param));
        if (runId is not null)
        {
            json.WriteString("run_id", runId);
        }

        json.WriteEndObject();
    }

    /// <summary>The HTTP status of a code.</summary>
    public static int StatusOf(OrleansAiException error) =>
        error is { Code: ErrorCodes.Overloaded, RetryAfter.TotalSeconds: <= 1 } ? 429 : StatusOf(error.Code);

    /// <summary>The HTTP status of a code.</summary>
    public static int StatusOf(string code) => code switch
    {
        ErrorCodes.InvalidRequest or ErrorCodes.ContextTooLong
            or ErrorCodes.JsonTooDeep or ErrorCodes.TooManyItems or ErrorCodes.StringTooLong
            or ErrorCodes.TooManyTools or ErrorCodes.SchemaTooLarge or ErrorCodes.TooManyInputs or ErrorCodes.InputTooLong
            or ErrorCodes.TooManyFiles or ErrorCodes.UnsupportedFile or ErrorCodes.InvalidFile or ErrorCodes.InvalidArchive or ErrorCodes.DocumentTimeout
            or ErrorCodes.WebSocketConnectionLimitReached or ErrorCodes.WebSocketStreamLimitReached => 400,
        ErrorCodes.InvalidApiKey => 401,
        ErrorCodes.Forbidden => 403,
        ErrorCodes.ResponseNotFound or ErrorCodes.ConversationNotFound or ErrorCodes.ItemNotFound
            or ErrorCodes.ModelNotFound or ErrorCodes.VendorNotFound or ErrorCodes.PreviousResponseNotFound
            or ErrorCodes.KeyNotFound or ErrorCodes.ProjectNotFound or ErrorCodes.FileNotFound or ErrorCodes.DocumentNotFound
            or ErrorCodes.CollectionNotFound or ErrorCodes.StepNotFound => 404,
        ErrorCodes.ConversationLocked or ErrorCodes.IdempotencyKeyReused or ErrorCodes.VersionConflict or ErrorCodes.AlreadyExists
            or ErrorCodes.EmbeddingModelMismatch or ErrorCodes.VersionNotReached or ErrorCodes.RunNotEnded
            or ErrorCodes.NothingToExplain or ErrorCodes.ConversationMovedOn or ErrorCodes.RunNotPromotable => 409,
        ErrorCodes.VersionNotRetained or ErrorCodes.ContentNotKept => 410,
        ErrorCodes.RequestTooLarge or ErrorCodes.FileTooLarge or ErrorCodes.DocumentTooLarge => 413,
        ErrorCodes.RateLimited => 429,
        ErrorCodes.UnsupportedMediaType => 415,
        ErrorCodes.VendorFailed or ErrorCodes.VendorContractViolated => 502,
        ErrorCodes.Overloaded or ErrorCodes.StorageUnavailable or ErrorCodes.VendorUnavailable => 503,
        ErrorCodes.VendorTimeout => 504,
        _ => 500,
    };

    private static string Short(string text) => text.Length <= LongestText
        ? text
        : $"{text.AsSpan(0, char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText)}…";

    private static string Title(int status) => status switch
    {
        400 => "The request is not valid.",
        401 => "A valid key is needed.",
        403 => "The key may not do this.",
        404 => "Not found.",
        405 => "Method not allowed.",
        409 => "Conflict.",
        410 => "No longer kept.",
        413 => "The body is too large.",
        415 => "The body is of another kind.",
        429 => "Too many requests.",
        503 => "Not available now.",
        _ => "The request failed.",
    };
}
