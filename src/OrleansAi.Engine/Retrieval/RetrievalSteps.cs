using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Runs;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Retrieval;

/// <summary>Carries out the two steps of a retrieval: vectors first, then the search.</summary>
/// <param name="plan">The run.</param>
/// <param name="wish">What it shall be told.</param>
/// <param name="time">The clock.</param>
internal sealed class RetrievalSteps(RunPlan plan, RetrievalWish wish, TimeProvider time)
{
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(20);

    /// <summary>Makes the question's vectors.</summary>
    public ValueTask<StepBody> EmbedAsync(StepStart start) => plan.Admitted.Found is { } found ? Given(start, found) : RunAsync(start, async (retriever, token) =>
    {
        var question = await retriever.EmbedAsync(wish, Deadline(), token);
        StoredVector[] vectors =
        [
            .. question.Vectors.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => new StoredVector
            {
                Model = pair.Key,
                Dimensions = pair.Value.Dimensions,
                Hash = RequestHasher.Of(pair.Value.Bytes),
                Numbers = StoredText.Of(Convert.ToBase64String(pair.Value.Bytes)),
            }),
        ];
        var output = new EmbeddingOutput
        {
            Collections = [.. question.Heads.Select(static head => new StoredHead { Id = head.Id, Version = head.Version, Model = head.Model })],
            Vectors = vectors.Length > 0 ? vectors : null,
            Hash = "",
        };
        return start.Done() with { Embedding = output with { Hash = RequestHasher.Embedded(output) } };
    });

    /// <summary>Searches.</summary>
    public ValueTask<StepBody> SearchAsync(EmbeddingOutput embedded, StepStart start) => plan.Admitted.Found is { } found
        ? ValueTask.FromResult(start.Done() with { Retrieval = RetrievalOutput.Of(found.ToSearch()) })
        : RunAsync(start, async (retriever, token) =>
    {
        var deadline = Deadline();
        var answers = await Task.WhenAll(embedded.Collections.Select(head => retriever.SearchAsync(
            wish, new ConfirmedHead(head.Id, head.Version, head.Model), VectorOf(embedded, head.Model), deadline, token)));
        var output = Output([.. answers.OfType<CollectionPassages>()]);
        return start.Done() with { Retrieval = output with { Hash = RequestHasher.Retrieved(output) } };
    });

    // What was found is known, so nothing is asked of anybody, and no vector is needed.
    private static ValueTask<StepBody> Given(StepStart start, RetrievalOutput found)
    {
        var output = new EmbeddingOutput
        {
            Collections = [.. found.Collections.Select(static one => new StoredHead { Id = one.Id, Version = one.Version, Model = one.Model ?? "" })],
            Hash = "",
        };
        return ValueTask.FromResult(start.Done() with { Embedding = output with { Hash = RequestHasher.Embedded(output) } });
    }

    private RetrievalOutput Output(IReadOnlyList<CollectionPassages> answers)
    {
        var passages = answers.SelectMany(static (answer, place) => answer.Passages.Select(passage => (passage, place)));
        if (answers.Count > 1)
        {
            // Scores say how high a passage stands in its own collection, so the collections take turns where they are equal.
            passages = passages.OrderByDescending(static one => one.passage.Score);
        }

        StoredPassage[] stored = [.. passages.Take(wish.MaxResults).Select(static one => StoredPassage.Of(one.passage, one.place))];
        return new RetrievalOutput
        {
            IsTool = wish.IsTool,
            AtVersion = wish.Search.AtVersion,
            Collections =
            [
                .. answers.Select(static answer => StoredSearch.Of(answer.Searched)),
            ],
            Passages = stored.Length > 0 ? stored : null,
            Query = StoredText.Of(wish.Query),
            Hash = "",
        };
    }

    private async ValueTask<StepBody> RunAsync(StepStart start, Func<IRetriever, CancellationToken, Task<StepBody>> work)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(plan.Cancelled, plan.Stopping);
        try
        {
            return await work(plan.Retriever ?? throw new InvalidOperationException("The run has no way to collections."), stop.Token)
                .WaitAsync(stop.Token);
        }
        catch (OperationCanceledException) when (plan.Cancelled.IsCancellationRequested && !plan.Stopping.IsCancellationRequested)
        {
            return start.Done(error: new RunError { Code = ErrorCodes.Cancelled, Message = "The run was cancelled by a caller." });
        }
        catch (OrleansAiException exception)
        {
            return start.Done(error: new RunError
            {
                Code = exception.Code,
                Message = exception.Message,
                Param = wish.IsTool ? "tools" : null,
                RetryAfterMilliseconds = (long?)exception.RetryAfter?.TotalMilliseconds,
            });
        }
    }

    private static EmbeddingVectors? VectorOf(EmbeddingOutput embedded, string model) =>
        embedded.Vectors?.FirstOrDefault(vector => vector.Model == model) is { Numbers: { } numbers } vector
            ? new EmbeddingVectors { Bytes = Convert.FromBase64String(numbers.Text), Dimensions = vector.Dimensions }
            : null;

    private long Deadline() =>
        (time.GetUtcNow() + (plan.Timeout < LongestSearch ? plan.Timeout : LongestSearch)).ToUnixTimeMilliseconds();
}
