using System.Text;

namespace OrleansAi.Vendors.WireContracts;

/// <summary>How a served model relates to the requested one.</summary>
internal enum ServedModelMatch
{
    /// <summary>It is the one, or the vendor does not say.</summary>
    Same,

    /// <summary>It is a dated version of the same model.</summary>
    SameFamily,

    /// <summary>It is another.</summary>
    Different,
}

/// <summary>
/// Compares names of models: what stands before the last slash is the vendor's address and not the name, and dates and
/// <c>latest</c> at the end name a version of the same model.
/// </summary>
internal static class ServedModel
{
    private const int LongestName = 256;

    public static ServedModelMatch Compare(ReadOnlySpan<byte> served, string requested)
    {
        if (served.IsEmpty)
        {
            return ServedModelMatch.Same;
        }

        if (served.Length > LongestName)
        {
            return ServedModelMatch.Different;
        }

        Span<char> letters = stackalloc char[LongestName];
        var name = Name(letters[..Encoding.UTF8.GetChars(served, letters)]);
        var wanted = Name(requested);
        if (name.Equals(wanted, StringComparison.Ordinal))
        {
            return ServedModelMatch.Same;
        }

        return Family(name).Equals(Family(wanted), StringComparison.OrdinalIgnoreCase)
            ? ServedModelMatch.SameFamily
            : ServedModelMatch.Different;
    }

    private static ReadOnlySpan<char> Name(ReadOnlySpan<char> model) => model[(model.LastIndexOf('/') + 1)..];

    private static ReadOnlySpan<char> Family(ReadOnlySpan<char> model)
    {
        // Vertex writes versions as model@20250929.
        model = model.IndexOf('@') is > 0 and var at ? model[..at] : model;
        while (true)
        {
            var shorter = model.EndsWith(":latest", StringComparison.OrdinalIgnoreCase)
                || model.EndsWith("-latest", StringComparison.OrdinalIgnoreCase)
                ? model[..^7]
                : WithoutDate(model);
            if (shorter.Length == model.Length || shorter.IsEmpty)
            {
                return model;
            }

            model = shorter;
        }
    }

    // 2026-01-01, 20260101, 01-2026, 0613, 05-20, and Google's 001.
    private static ReadOnlySpan<char> WithoutDate(ReadOnlySpan<char> model)
    {
        foreach (var form in (ReadOnlySpan<string>)["-####-##-##", "-########", "-##-####", "-####", "-##-##", "-00#"])
        {
            if (EndsWith(model, form))
            {
                return model[..^form.Length];
            }
        }

        return model;
    }

    private static bool EndsWith(ReadOnlySpan<char> model, string form)
    {
        if (model.Length <= form.Length)
        {
            return false;
        }

        var end = model[^form.Length..];
        for (var i = 0; i < form.Length; i++)
        {
            if (form[i] == '#' ? !char.IsAsciiDigit(end[i]) : form[i] != end[i])
            {
                return false;
            }
        }

        return true;
    }
}
