namespace OrleansAi.Testing.Histories;

/// <summary>Which version had been told when.</summary>
internal sealed class ToldVersions
{
    private readonly List<(long At, long Version)> _highest = [];

    public ToldVersions(IEnumerable<HistoryOperation> operations)
    {
        var highest = 0L;
        foreach (var told in operations.Where(static told => told is { Outcome: OperationOutcome.Acknowledged, Version: not null }).OrderBy(static told => told.Ended))
        {
            if (told.Version > highest)
            {
                highest = told.Version.Value;
                _highest.Add((told.Ended, highest));
            }
        }
    }

    /// <summary>The highest version that was told before an instant; 0 for none.</summary>
    public long Before(long instant)
    {
        var (low, high) = (0, _highest.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_highest[middle].At < instant)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == 0 ? 0 : _highest[low - 1].Version;
    }
}
