using Microsoft.AspNetCore.Http;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Hosting;

/// <summary>Marks an endpoint that begins new work, which a saturated process refuses so that admitted work can finish.</summary>
internal sealed class NewWork
{
    /// <summary>The mark of what starts a run.</summary>
    public static readonly NewWork Instance = new() { StartsRun = true };

    /// <summary>The mark of what uses tokens without a run; it says how many with <see cref="Access.UsedTokens"/>.</summary>
    public static readonly NewWork WithoutRun = new() { UsesTokens = true };

    /// <summary>The mark of what is stored and costs no tokens.</summary>
    public static readonly NewWork Storing = new();

    /// <summary>True for what starts a run.</summary>
    public bool StartsRun { get; private init; }

    /// <summary>True for what uses tokens without a run.</summary>
    public bool UsesTokens { get; private init; }
}

/// <summary>
/// Refuses new work while the process is saturated. A refusal costs little, because it comes before the body is read and the
/// caller is looked up.
/// </summary>
internal sealed class LoadGate(RequestDelegate next, LoadWatch watch)
{
    /// <summary>Passes a request on, or refuses it.</summary>
    public Task InvokeAsync(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<NewWork>() is null
        ? next(context)
        : watch.TryEnter() ? PassAsync(context) : ErrorWriter.WriteAsync(context, LoadWatch.Saturated);

    private async Task PassAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        finally
        {
            watch.Leave();
        }
    }
}
