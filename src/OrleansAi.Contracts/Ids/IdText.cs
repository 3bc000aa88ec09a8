namespace OrleansAi.Contracts.Ids;

/// <summary>Judges ids that come from outside before anything is looked up by them.</summary>
public static class IdText
{
    /// <summary>The longest id, in characters.</summary>
    public const int Longest = 128;

    /// <summary>True for a text that could be an id of ours: ASCII letters, digits, <c>_</c>, <c>-</c> and <c>.</c>, not too long.</summary>
    public static bool IsPossible(string id) =>
        id.Length is > 0 and <= Longest && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}
