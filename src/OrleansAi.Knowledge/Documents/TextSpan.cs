namespace OrleansAi.Knowledge.Documents;

/// <summary>A part of a text, in UTF-16 units.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How long it is.</param>
public readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>Where it ends; the unit there is not part of it.</summary>
    public int End => Start + Length;

    /// <summary>The span between two places.</summary>
    public static TextSpan Between(int start, int end) => new(start, end - start);
}
