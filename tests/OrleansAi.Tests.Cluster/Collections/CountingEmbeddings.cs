using System.Collections.Concurrent;
using OrleansAi.Contracts.Embeddings;

namespace OrleansAi.Tests.Cluster.Collections;

/// <summary>Which texts were embedded, and a gate that calls can be held at.</summary>
internal sealed class EmbeddingCounter
{
    private readonly ConcurrentDictionary<string, int> _texts = new(StringComparer.Ordinal);

    /// <summary>Called with the texts of a call before it is made.</summary>
    public Func<IReadOnlyList<string>, Task>? Before { get; set; }

    /// <summary>How often each text was embedded that has a word.</summary>
    public IReadOnlyDictionary<string, int> With(string word) =>
        _texts.Where(text => text.Key.Contains(word, StringComparison.Ordinal)).ToDictionary(static text => text.Key, static text => text.Value);

    public void Add(IReadOnlyList<string> texts)
    {
        foreach (var text in texts)
        {
            _texts.AddOrUpdate(text, 1, static (_, count) => count + 1);
        }
    }
}

/// <summary>Counts what is embedded.</summary>
internal sealed class CountingEmbeddings(IEmbeddingExecutor inner, EmbeddingCounter counter) : IEmbeddingExecutor
{
    public void Check(EmbeddingRequest request) => inner.Check(request);

    public async Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken cancellationToken)
    {
        if (counter.Before is { } before)
        {
            await before(request.Inputs);
        }

        var result = await inner.EmbedAsync(request, cancellationToken);
        counter.Add(request.Inputs);
        return result;
    }
}
