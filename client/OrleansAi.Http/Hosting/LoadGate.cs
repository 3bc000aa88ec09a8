using Microsoft.AspNetCore.Http;
using OrleansAi.Access.Load;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Hosting;

/// <summary>Marks an endpoint that begins new work, which a saturated process refuses so that admitted work can finish.</summary>
internal sealed class NewWork
{
    /// <summary>It starts runs, which limits of keys and projects are about.</summary>
    public static readonly NewWork Run = new() { StartsRun = true };

    /// <summary>It uses tokens without a run, and says how many with <see cref="Access.UsedTokens"/>.</summary>
    public static readonly NewWork WithoutRun = new() { UsesTokens = true };

    /// <summary>It reads a body and computes or writes.</summary>
    public static readonly NewWork Other = new();

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
    private static readonly OrleansAiException Refusal = LoadWatch.Saturated;

    /// <summary>Passes a request on, or refuses it.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<NewWork>() is not { } work)
        {
            return next(context);
        }

        // Where the front is in the owner's process, what the owner would refuse is refused here, which costs a tenth.
        return (!work.StartsRun || !watch.Runs.IsReached) && watch.Requests.TryEnter() ? PassAsync(context) : RefuseAsync(context);
    }

    private async Task RefuseAsync(HttpContext context)
    {
        // One by one, each refusal wakes threads here and at its caller, which costs more than the rest of it (90 against 25 µs measured).
        await watch.NextLookAsync();
        await ErrorWriter.WriteAsync(context, Refusal);
    }

    private async Task PassAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        finally
        {
            watch.Requests.Leave();
        }
    }
}
