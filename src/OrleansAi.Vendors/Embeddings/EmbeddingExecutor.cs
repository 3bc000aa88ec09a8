using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Routing;

namespace OrleansAi.Vendors.Embeddings;

/// <summary>
/// Carries embedding requests out along their routes. All batches of a request go to one candidate; when one of them fails, the
/// whole request goes to the next, so that no answer mixes the spaces of two models.
/// </summary>
/// <param name="catalog">The routes.</param>
/// <param name="call">Makes one call.</param>
public sealed class EmbeddingExecutor(EmbeddingCatalog catalog, Func<EmbeddingCall, CancellationToken, Task<EmbeddingResult>> call)
    : IEmbeddingExecutor
{
    // The bulkhead bounds all; this keeps one large request from taking every place in it.
    private const int BatchesAtOnce = 4;

    /// <summary>Calls the vendors from this process, without worker grains.</summary>
    public EmbeddingExecutor(EmbeddingCatalog catalog)
        : this(catalog, (call, token) => catalog.For(call.Vendor, call.Model).EmbedAsync(call, token))
    {
    }

    /// <inheritdoc />
    public void Check(EmbeddingRequest request) => catalog.Check(request);

    /// <inheritdoc />
    public async Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken cancellationToken)
    {
        catalog.Check(request);
        var route = catalog.Resolve(request.Route);
        var attempts = new List<VendorAttempt>();
        RunError? first = null;
        EmbeddingResult? result = null;
        var left = route.MaxCalls;
        foreach (var candidate in catalog.InOrder(route))
        {
            (result, var made) = await AtAsync(candidate, left, request, cancellationToken);
            attempts.AddRange(result.Attempts);
            if (result.Error is null)
            {
                catalog.Standings.Restore(candidate);
                return result with { Attempts = attempts };
            }

            first ??= result.Error;
            var cause = result.Attempts.LastOrDefault(static attempt => attempt.Cause is not null)?.Cause;
            if (FaultNames.Demotes(cause))
            {
                catalog.Standings.Demote(candidate, route.ReturnAfter, cause!);
            }

            // What a policy refuses is not shopped around.
            left -= Math.Max(1, made);
            if (left <= 0 || cause == "content_policy")
            {
                break;
            }
        }

        return result! with { Attempts = attempts, Error = RunErrors.Of(first!, attempts) };
    }

    private async Task<(EmbeddingResult Result, int Calls)> AtAsync(
        Candidate candidate, int mostCalls, EmbeddingRequest request, CancellationToken cancellationToken)
    {
        var (inputs, characters) = catalog.BatchOf(candidate);
        var batches = EmbeddingBatches.Of(request.Inputs, inputs, characters);
        var results = new EmbeddingResult?[batches.Count];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var places = new SemaphoreSlim(BatchesAtOnce);
        try
        {
            await Task.WhenAll(batches.Select((batch, i) => OneAsync(batch, i)));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A batch failed: its result says why.
        }

        return (Together(results), results.Max(static result => result?.Attempts.Count ?? 0));

        async Task OneAsync(IReadOnlyList<string> batch, int i)
        {
            await places.WaitAsync(stop.Token);
            try
            {
                results[i] = await call(Call(candidate, mostCalls, request, batch), stop.Token);
                if (results[i]!.Error is not null)
                {
                    // The others would be billed for nothing.
                    await stop.CancelAsync();
                }
            }
            finally
            {
                places.Release();
            }
        }
    }

    private static EmbeddingCall Call(Candidate candidate, int mostCalls, EmbeddingRequest request, IReadOnlyList<string> inputs) => new()
    {
        Vendor = candidate.Vendor,
        Model = candidate.Model,
        Pinned = candidate.Pinned,
        Inputs = inputs,
        Dimensions = request.Dimensions,
        Deadline = request.Deadline,
        MaxCalls = mostCalls,
        SafetyIdentifier = request.SafetyIdentifier,
    };

    private static EmbeddingResult Together(EmbeddingResult?[] results)
    {
        var made = results.OfType<EmbeddingResult>().ToList();
        var attempts = made.SelectMany(static result => result.Attempts).ToList();
        if (made.FirstOrDefault(static result => result.Error is not null) is { } failed)
        {
            return failed with { Attempts = attempts };
        }

        // A vendor may change its model in the middle of a request; then no part of the answer fits the others.
        var first = made[0];
        if (made.FirstOrDefault(other => other.Vectors.Dimensions != first.Vectors.Dimensions || other.ServedModel != first.ServedModel) is { } other)
        {
            return first with
            {
                Vectors = EmbeddingVectors.None,
                Attempts = attempts,
                Error = new RunError
                {
                    Code = ErrorCodes.VendorContractViolated,
                    Message = $"The vendor broke its contract: one part of the texts got vectors of {first.Space}, another of {other.Space}.",
                },
            };
        }

        return first with
        {
            Vectors = EmbeddingVectors.Join([.. made.Select(static result => result.Vectors)]),
            Attempts = attempts,
            Usage = made.All(static result => result.Usage is not null)
                ? new Usage { InputTokens = made.Sum(static result => result.Usage!.InputTokens) }
                : null,
        };
    }
}
