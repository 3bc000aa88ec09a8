using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansAi.Access.Keys;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Access;

/// <summary>
/// Lets requests with a valid key in, in <c>Auth:Mode=Keys</c>. Everything asks for a key, addresses that do not exist
/// included, but health and endpoints that are marked with <see cref="IAllowAnonymous"/>.
/// </summary>
internal sealed partial class KeyGate(RequestDelegate next, KeyHasher hasher, IKeyChecker keys, ILogger<KeyGate> logger)
{
    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        var isOpen = context.Request.Path.StartsWithSegments("/health")
            || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        context.Features.Set(isOpen ? Caller.Nobody : await CallerAsync(context));
        await next(context);
    }

    /// <summary>
    /// Checks the key of a request again and again: for connections that stay open, whose every further message is a request of
    /// its own and must not go on under a key that was revoked meanwhile. What it gives may be called by several at once, and
    /// throws <see cref="ErrorCodes.InvalidApiKey"/>.
    /// </summary>
    public static Func<CancellationToken, ValueTask<Caller>> RecheckOf(HttpContext context)
    {
        if (context.RequestServices.GetService<KeyHasher>() is not { } hasher)
        {
            var local = Caller.Of(context);
            return _ => new ValueTask<Caller>(local);
        }

        var keys = context.RequestServices.GetRequiredService<IKeyChecker>();
        var proof = hasher.Prove(TextOf(context.Request) ?? "");
        return async cancellationToken => Caller.Of(await keys.CheckAsync(proof, cancellationToken));
    }

    private static string? TextOf(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header[Scheme.Length..].Trim()
            : null;

    private async ValueTask<Caller> CallerAsync(HttpContext context)
    {
        if (TextOf(context.Request) is not { } text)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new OrleansAiException(
                ErrorCodes.InvalidApiKey, "No API key was given; send it as 'Authorization: Bearer oai_sk_…'.");
        }

        var proof = hasher.Prove(text);
        try
        {
            return Caller.Of(await keys.CheckAsync(proof, context.RequestAborted));
        }
        catch (OrleansAiException exception) when (exception.Code == ErrorCodes.InvalidApiKey)
        {
            // The id is what the caller claims; nothing else of the text may be written anywhere.
            LogRefused(proof.Id, context.Connection.RemoteIpAddress?.ToString());
            context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
            throw;
        }
    }

    [LoggerMessage(5010, LogLevel.Information, "A request with the key '{KeyId}' from {Address} was refused.")]
    private partial void LogRefused(string keyId, string? address);
}
