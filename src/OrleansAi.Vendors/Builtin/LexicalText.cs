using System.Text;

namespace OrleansAi.Vendors.Builtin;

/// <summary>
/// Cuts a text into words in one case and without accents. By rules of its own: those of the platform change with its version of
/// Unicode, and stored vectors would no longer fit.
/// </summary>
internal static class LexicalText
{
    // The letters from U+00C0 to U+017F without accents, in lower case.
    private const string Latin =
        "aaaaaaæceeeeiiiiðnooooo×øuuuuyþßaaaaaaæceeeeiiiiðnooooo÷øuuuuyþyaaaaaaccccccccddđđeeeeeeeeeegggggggghhħħiiiiiiiiiıĳĳjjkkĸ"
        + "llllllŀŀłłnnnnnnŉŋŋooooooœœrrrrrrssssssssttttŧŧuuuuuuuuuuuuwwyyyzzzzzzſ";

    // From here on (Chinese, Japanese, Korean and beyond) a character stands for a word of its own.
    private const int FirstIdeograph = 0x2E80;

    /// <summary>The words, in order.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var letter = Fold(rune.Value);
            if (letter >= FirstIdeograph)
            {
                Close();
                if (IsLetter(letter))
                {
                    words.Add(rune.ToString());
                }
            }
            else if (IsLetter(letter))
            {
                word.Append((char)letter);
            }
            else if (!IsMark(letter))
            {
                Close();
            }
        }

        Close();
        return words;

        void Close()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    /// <summary>True for a word that is one character of a script without spaces.</summary>
    public static bool IsIdeograph(string word) => word[0] >= FirstIdeograph;

    private static int Fold(int rune) => rune switch
    {
        >= 'A' and <= 'Z' => rune + 32,
        >= 0xC0 and < 0x180 => Latin[rune - 0xC0],
        >= 0x391 and <= 0x3A9 => rune + 32,
        0x386 or 0x3AC => 0x3B1,
        0x388 or 0x3AD => 0x3B5,
        0x389 or 0x3AE => 0x3B7,
        0x38A or 0x3AF => 0x3B9,
        0x38C or 0x3CC => 0x3BF,
        0x38E or 0x3CD => 0x3C5,
        0x38F or 0x3CE => 0x3C9,
        0x3C2 => 0x3C3,
        0x401 or 0x451 => 0x435,
        >= 0x410 and <= 0x42F => rune + 32,
        >= 0x400 and <= 0x40F => rune + 80,
        >= 0x531 and <= 0x556 => rune + 48,

        // Wide forms of ASCII, as they stand among Chinese and Japanese.
        >= 0xFF01 and <= 0xFF5E => Fold(rune - 0xFEE0),
        _ => rune,
    };

    // Combining accents, the soft hyphen, joiners and variation selectors belong to what stands before them.
    private static bool IsMark(int rune) => rune is >= 0x300 and <= 0x36F or 0xAD or >= 0x200B and <= 0x200D;

    private static bool IsLetter(int rune) => rune switch
    {
        < 0x80 => rune is >= 'a' and <= 'z' or >= '0' and <= '9',
        < 0xC0 => rune is 0xAA or 0xB5 or 0xBA,
        0xD7 or 0xF7 => false,
        >= 0x300 and <= 0x36F => false,
        >= 0x2000 and < 0x2C00 => false,
        >= 0x2E80 and <= 0x2FFF => false,
        >= 0x3000 and <= 0x3004 or >= 0x3008 and <= 0x3020 or 0x3030 or 0x30FB => false,
        >= 0xD800 and <= 0xF8FF => false,
        >= 0xFE00 and <= 0xFE6F or >= 0xFF00 and <= 0xFF65 or >= 0xFFE0 and <= 0xFFFF => false,
        >= 0xE0000 => false,
        _ => true,
    };
}
