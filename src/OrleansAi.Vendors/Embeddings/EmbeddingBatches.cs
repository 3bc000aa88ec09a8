namespace OrleansAi.Vendors.Embeddings;

/// <summary>Cuts texts into batches that a vendor takes, in order.</summary>
internal static class EmbeddingBatches
{
    /// <summary>The batches. A text that is longer than a batch may be has one of its own.</summary>
    /// <param name="inputs">The texts.</param>
    /// <param name="mostInputs">The most texts of a batch.</param>
    /// <param name="mostCharacters">The most characters of a batch.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Of(IReadOnlyList<string> inputs, int mostInputs, int mostCharacters)
    {
        if (inputs.Count <= mostInputs && inputs.Sum(static input => (long)input.Length) <= mostCharacters)
        {
            return [inputs];
        }

        var batches = new List<IReadOnlyList<string>>();
        var batch = new List<string>();
        var characters = 0L;
        foreach (var input in inputs)
        {
            if (batch.Count > 0 && (batch.Count == mostInputs || characters + input.Length > mostCharacters))
            {
                batches.Add(batch);
                (batch, characters) = ([], 0);
            }

            batch.Add(input);
            characters += input.Length;
        }

        batches.Add(batch);
        return batches;
    }
}
