namespace OrleansAi.Collections;

/// <summary>
/// Whether a collection's owner makes sure, before it answers, that it has every acknowledged write. It always does but in one test, which
/// proves with the answers of an owner that does not that the check of histories would find stale reads.
/// </summary>
/// <param name="IsOn">True: it does.</param>
public sealed record ReadConfirmation(bool IsOn)
{
    /// <summary>As it must be.</summary>
    public static readonly ReadConfirmation On = new(IsOn: true);
}
