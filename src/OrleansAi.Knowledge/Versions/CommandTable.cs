namespace OrleansAi.Knowledge.Versions;

/// <summary>The commands that were carried out last.</summary>
internal sealed class CommandTable
{
    /// <summary>
    /// How many are remembered. A command that comes again does so within the minutes for which callers repeat it or a process hangs; in
    /// those a collection takes fewer.
    /// </summary>
    public const int Most = 4_096;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Those that are remembered, oldest first.</summary>
    public IReadOnlyCollection<string> All => _order;

    public bool Contains(string command) => _known.Contains(command);

    public void Restore(IEnumerable<string> commands)
    {
        foreach (var command in commands)
        {
            Add(command);
        }
    }

    public void Add(string? command)
    {
        if (command is not null && _known.Add(command))
        {
            _order.Enqueue(command);
            if (_order.Count > Most)
            {
                _known.Remove(_order.Dequeue());
            }
        }
    }
}
