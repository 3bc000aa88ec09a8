namespace OrleansAi.Collections;

/// <summary>Pages of lists that are ordered by ids that sort by time.</summary>
internal static class Pages
{
    /// <summary>A page: what follows one id, or what stands just before another.</summary>
    public static (IReadOnlyList<T> Page, bool HasMore) Of<T>(
        IEnumerable<T> all, Func<T, string> idOf, string? after, string? before, bool ascending, int limit)
    {
        var ordered = ascending ? all.OrderBy(idOf, StringComparer.Ordinal) : all.OrderByDescending(idOf, StringComparer.Ordinal);
        var rest = ordered.Where(item => (after is null || IsBehind(idOf(item), after)) && (before is null || IsBehind(before, idOf(item)))).ToList();
        return before is not null && after is null
            ? ([.. rest.TakeLast(limit)], rest.Count > limit)
            : ([.. rest.Take(limit)], rest.Count > limit);

        bool IsBehind(string id, string other) => ascending ? string.CompareOrdinal(id, other) > 0 : string.CompareOrdinal(id, other) < 0;
    }
}
