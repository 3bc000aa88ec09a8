using System.Collections.Concurrent;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Search;

namespace OrleansAi.Collections.Search;

/// <summary>Asks all shards at once and waits until a deadline. Whoever is not heard by then is named.</summary>
internal sealed class ShardCollector(IShardCalls shards, TimeProvider time)
{
    /// <summary>One answer of all shards that were heard.</summary>
    public async Task<SearchAnswer> AskAsync(ShardQuestion question, float scoreThreshold, IReadOnlyList<int> numbers, DateTimeOffset deadline)
    {
        var missing = new ConcurrentDictionary<int, string>();
        var heard = numbers;
        if (numbers.Count > 1 && question.Text.Length > 0)
        {
            // Scores of different shards can be compared only when all of them know how frequent a term is everywhere.
            // Whoever is late with that is left out early enough for the others to be heard.
            var now = time.GetUtcNow();
            var counts = await AllAsync(numbers, shard => shards.CountAsync(shard, question), now + ((deadline - now) / 2), missing);
            heard = [.. counts.Keys.Order()];
            question = question with { Counts = Sum([.. counts.Values]) };
        }

        var findings = await AllAsync(heard, shard => shards.FindAsync(shard, question), deadline, missing);
        var request = ShardWords.RequestOf(question);
        var answer = ShardMerge.Merge(
            request with { Ranking = request.Ranking with { ScoreThreshold = scoreThreshold } },
            question.Version,
            numbers,
            [.. findings.Select(static found => ShardWords.Of(found.Key, found.Value))]);
        return answer with
        {
            Missing = [.. answer.Missing.Select(shard => missing.TryGetValue(shard.Shard, out var reason) ? shard with { Reason = reason } : shard)],
        };
    }

    private static ShardCounts? Sum(IReadOnlyCollection<ShardCounts> parts) => parts.Count == 0
        ? null
        : new ShardCounts
        {
            Chunks = parts.Sum(static part => part.Chunks),
            TotalLength = parts.Sum(static part => part.TotalLength),
            Frequencies = [.. Enumerable.Range(0, parts.First().Frequencies.Count).Select(i => parts.Sum(part => part.Frequencies[i]))],
        };

    private async Task<IReadOnlyDictionary<int, T>> AllAsync<T>(
        IReadOnlyList<int> numbers, Func<int, Task<T>> ask, DateTimeOffset deadline, ConcurrentDictionary<int, string> missing)
    {
        var answers = new ConcurrentDictionary<int, T>();
        await Task.WhenAll(numbers.Select(async shard =>
        {
            try
            {
                var left = deadline - time.GetUtcNow();
                answers[shard] = await ask(shard).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
            }
            catch (TimeoutException)
            {
                missing[shard] = "no answer in time";
            }
            catch (OrleansAiException exception) when (exception.Code is not (ErrorCodes.InvalidRequest or ErrorCodes.VersionNotRetained))
            {
                missing[shard] = $"failed with {exception.Code}";
            }
            catch (Exception exception) when (exception is not (OrleansAiException or OutOfMemoryException))
            {
                missing[shard] = "cannot be reached";
            }
        }));
        return answers;
    }
}
