namespace OrleansAi.Knowledge.Chunking;

/// <summary>The atoms of a document, and the tokens of any run of them.</summary>
internal sealed class AtomList
{
    private readonly string _text;
    private readonly List<Atom> _atoms;
    private readonly int[] _tokens;
    private readonly int[] _inexact;

    public AtomList(string text, List<Atom> atoms)
    {
        (_text, _atoms) = (text, atoms);
        (_tokens, _inexact) = (new int[atoms.Count + 1], new int[atoms.Count + 1]);
        for (var i = 0; i < atoms.Count; i++)
        {
            _tokens[i + 1] = _tokens[i] + atoms[i].Tokens;
            _inexact[i + 1] = _inexact[i] + (atoms[i].IsExact ? 0 : 1);
        }
    }

    public int Count => _atoms.Count;

    public Atom this[int i] => _atoms[i];

    public int StartOf(int i) => i == Count ? _text.Length : _atoms[i].Start;

    /// <summary>About how many tokens a run has: the sum of its atoms'.</summary>
    public int Estimate(int from, int to) => _tokens[to] - _tokens[from];

    /// <summary>How many tokens a run has. Only where atoms meet within a word can that be another number than their sum.</summary>
    public int Tokens(int from, int to) => _inexact[to] == _inexact[from + 1]
        ? Estimate(from, to)
        : TokenCounting.Count(_text.AsSpan(StartOf(from), StartOf(to) - StartOf(from)));
}
