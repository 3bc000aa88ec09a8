using System.Globalization;
using System.Text;

namespace OrleansAi.Knowledge.Lexical;

/// <summary>Reads the terms of a text one after the other, without a string for each.</summary>
internal ref struct TermReader
{
    private readonly TextAnalyzer _analyzer;
    private readonly Span<char> _buffer;
    private ReadOnlySpan<char> _rest;
    private int _length;

    public TermReader(TextAnalyzer analyzer, ReadOnlySpan<char> text, Span<char> buffer)
    {
        _analyzer = analyzer;
        _buffer = buffer[..TextAnalyzer.LongestTerm];
        _rest = text;
    }

    public readonly ReadOnlySpan<char> Term => _buffer[.._length];

    public bool Read()
    {
        _length = 0;
        var isAscii = true;
        while (!_rest.IsEmpty)
        {
            var c = _rest[0];
            if (char.IsAscii(c))
            {
                if (!char.IsAsciiLetterOrDigit(c))
                {
                    _rest = _rest[1..];
                    if (_length > 0)
                    {
                        break;
                    }

                    continue;
                }

                if (_length == _buffer.Length)
                {
                    break;
                }

                _buffer[_length++] = c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c;
                _rest = _rest[1..];
                continue;
            }

            Rune.DecodeFromUtf16(_rest, out var rune, out var size);
            if (!IsOfWord(rune))
            {
                _rest = _rest[size..];
                if (_length > 0)
                {
                    break;
                }

                continue;
            }

            if (_length + size > _buffer.Length || (StandsAlone(rune) && _length > 0))
            {
                break;
            }

            isAscii = false;
            _length += Rune.ToLowerInvariant(rune).EncodeToUtf16(_buffer[_length..]);
            _rest = _rest[size..];
            if (StandsAlone(rune))
            {
                break;
            }
        }

        if (isAscii && _analyzer.StemsEnglish)
        {
            _length = EnglishStemmer.Stem(_buffer[.._length]);
        }

        return _length > 0;
    }

    private static bool IsOfWord(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // Han, Hiragana, Katakana, Thai, Lao, Myanmar and Khmer.
    private static bool StandsAlone(Rune rune) => rune.Value is
        (>= 0x0E01 and <= 0x0EDF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF)
        or (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF);
}
