using System.Globalization;
using System.Text;

namespace OrleansAi.Knowledge.Documents.Readers;

/// <summary>Where a reader is in JSON.</summary>
internal sealed class JsonPath
{
    private readonly List<(bool IsArray, int Index, string Name)> _levels = [];

    public int Depth => _levels.Count;

    /// <summary>True for an element of an array that is the whole document.</summary>
    public bool IsElementAtTop => _levels.Count == 1 && _levels[0].IsArray;

    public void Property(string name) => _levels[^1] = _levels[^1] with { Name = name };

    /// <summary>A value begins: in an array it is the next one.</summary>
    public void Value()
    {
        if (_levels.Count > 0 && _levels[^1].IsArray)
        {
            _levels[^1] = _levels[^1] with { Index = _levels[^1].Index + 1 };
        }
    }

    public void Enter(bool isArray) => _levels.Add((isArray, -1, ""));

    public void Leave() => _levels.RemoveAt(_levels.Count - 1);

    public void WriteTo(StringBuilder text)
    {
        var start = text.Length;
        foreach (var (isArray, index, name) in _levels)
        {
            if (isArray)
            {
                text.Append(CultureInfo.InvariantCulture, $"[{index}]");
            }
            else
            {
                text.Append(text.Length > start ? "." : "").Append(name);
            }
        }

        text.Append(text.Length > start ? ": " : "");
    }
}
