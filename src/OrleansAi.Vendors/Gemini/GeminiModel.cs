namespace OrleansAi.Vendors.Gemini;

/// <summary>What differs between the generations of models. A name that is not known counts as the newest.</summary>
internal static class GeminiModel
{
    private static readonly string[] Older = ["gemini-1", "gemini-2", "gemma"];

    /// <summary>True for models whose thinking has levels; the older ones have a budget of tokens.</summary>
    public static bool HasLevels(string model) => !IsOlder(model);

    /// <summary>True for models that refuse a function call of the history without a signature; the older ones only use it.</summary>
    public static bool WantsSignatures(string model) => !IsOlder(model);

    private static bool IsOlder(string model)
    {
        var name = model[(model.LastIndexOf('/') + 1)..];
        return Older.Any(older => name.StartsWith(older, StringComparison.OrdinalIgnoreCase));
    }
}
