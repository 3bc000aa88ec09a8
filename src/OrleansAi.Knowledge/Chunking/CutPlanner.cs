namespace OrleansAi.Knowledge.Chunking;

/// <summary>Decides where chunks begin and end.</summary>
internal sealed class CutPlanner(AtomList atoms, ChunkingOptions options)
{
    /// <summary>The next chunk.</summary>
    /// <param name="from">Where it may begin, to repeat what the one before has.</param>
    /// <param name="covered">The first atom that no chunk has. It will be in this one.</param>
    public (int From, int To) Next(int from, int covered)
    {
        // Code that would fit gives no room to what is only repeated.
        var need = covered + 1;
        while (need < atoms.Count && atoms[need].Cut == CutQuality.Code)
        {
            need++;
        }

        while (from < covered && atoms.Estimate(from, need) > options.MaxTokens)
        {
            from++;
        }

        var reach = covered + 1;
        while (reach < atoms.Count && atoms.Estimate(from, reach + 1) <= options.MaxTokens)
        {
            reach++;
        }

        var to = CutBefore(from, covered, reach);
        while (atoms.Tokens(from, to) > options.MaxTokens && (from < covered || to > covered + 1))
        {
            (from, to) = from < covered ? (from + 1, to) : (from, to - 1);
        }

        return (from, to);
    }

    /// <summary>Where the chunk after one begins.</summary>
    public int OverlapStart(int from, int to)
    {
        // What follows a heading is about something else.
        if (to == atoms.Count || atoms[to].Cut == CutQuality.Heading)
        {
            return to;
        }

        // A chunk that repeats more than half of the one before says nothing new.
        var most = Math.Min(options.OverlapTokens, atoms.Estimate(from, to) / 2);
        var start = to;
        while (start > from + 1 && atoms.Estimate(start - 1, to) <= most && atoms[start].Cut != CutQuality.Heading)
        {
            start--;
        }

        for (var i = start; i < to; i++)
        {
            if (atoms[i].Cut >= CutQuality.Sentence)
            {
                return i;
            }
        }

        return atoms[start].Cut == CutQuality.Code ? to : start;
    }

    private int CutBefore(int from, int covered, int reach)
    {
        // A section that is not too short gets chunks of its own.
        for (var i = covered + 1; i < reach; i++)
        {
            if (atoms[i].Cut == CutQuality.Heading && atoms.Estimate(from, i) >= options.MaxTokens / 4)
            {
                return i;
            }
        }

        if (reach == atoms.Count)
        {
            return reach;
        }

        var best = -1;
        for (var i = reach; i > covered && atoms.Estimate(from, i) >= options.MaxTokens / 2; i--)
        {
            best = atoms[i].Cut >= CutQuality.Sentence && (best < 0 || atoms[i].Cut > atoms[best].Cut) ? i : best;
        }

        foreach (var least in (ReadOnlySpan<CutQuality>)[CutQuality.Sentence, CutQuality.Word, CutQuality.Code])
        {
            for (var i = reach; best < 0 && i > covered; i--)
            {
                best = atoms[i].Cut >= least ? i : best;
            }
        }

        return best < 0 ? reach : best;
    }
}
