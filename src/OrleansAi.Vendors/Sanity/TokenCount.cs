using OrleansAi.Contracts.Models;

namespace OrleansAi.Vendors.Sanity;

/// <summary>
/// How many tokens a request has, roughly: no vendor's tokenizer is asked, so a vendor's own count is compared with it by
/// a ratio that is learned (<see cref="TokenCalibration"/>). Letters of Latin, Greek and Cyrillic script count a quarter, digits
/// and signs two fifths, everything else (Chinese, Japanese, Korean, emoji) a whole token a character.
/// </summary>
internal static class TokenCount
{
    private const int PerMessage = 4;

    /// <summary>The tokens of everything that the request has as text.</summary>
    public static double Of(ModelCall call)
    {
        double count = 3;
        foreach (var message in call.Messages)
        {
            var memo = message.Memo;
            if (double.IsNaN(memo.Tokens))
            {
                memo.Tokens = Of(message);
            }

            count += memo.Tokens;
        }

        foreach (var tool in call.Tools)
        {
            count += PerMessage + Of(tool.Name) + Of(tool.Description) + Of(tool.Parameters);
        }

        return count;
    }

    private static double Of(ModelMessage message)
    {
        var count = PerMessage + Of(message.Text);
        foreach (var one in message.ToolCalls)
        {
            count += PerMessage + Of(one.Name) + Of(one.Arguments);
        }

        return count;
    }

    /// <summary>The tokens of a text.</summary>
    public static double Of(string? text)
    {
        // In twentieths, so that the loop adds whole numbers.
        var twentieths = 0L;
        foreach (var c in text ?? "")
        {
            twentieths += c switch
            {
                ' ' => 1,
                >= 'a' and <= 'z' or >= 'A' and <= 'Z' => 5,
                < '\u0080' => 8,
                < '\u0530' => 8,
                _ => 20,
            };
        }

        return twentieths / 20.0;
    }
}
