using System.Collections.Frozen;
using System.Text.Json;

namespace OrleansAi.Vendors.WireContracts;

/// <summary>The names of the headers that an answer may have; a pattern ends in <c>*</c>.</summary>
internal sealed class HeaderRules
{
    private readonly FrozenSet<string> _names;
    private readonly string[] _prefixes;

    public HeaderRules(JsonElement rules)
    {
        string[] all = [.. rules.GetProperty("known").EnumerateArray().Concat(rules.GetProperty("ignored").EnumerateArray())
            .Select(static name => name.GetString()!)];
        _names = all.Where(static name => !name.EndsWith('*')).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _prefixes = [.. all.Where(static name => name.EndsWith('*')).Select(static name => name[..^1])];
    }

    public bool Knows(string name)
    {
        if (_names.Contains(name))
        {
            return true;
        }

        foreach (var prefix in _prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
