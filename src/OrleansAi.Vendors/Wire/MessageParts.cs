using OrleansAi.Contracts.Models;

namespace OrleansAi.Vendors.Wire;

/// <summary>A message's text, images and files in the order in which its caller gave them.</summary>
internal static class MessageParts
{
    /// <summary>The parts: a piece of text that is not empty, or else an image or a file.</summary>
    public static IEnumerable<(string Text, ModelMedia? Media)> Of(ModelMessage message)
    {
        var start = 0;
        foreach (var media in message.Media)
        {
            var end = Math.Clamp(media.Position, start, message.Text.Length);
            if (end > start)
            {
                yield return (message.Text[start..end], null);
            }

            start = end;
            yield return ("", media);
        }

        if (start < message.Text.Length)
        {
            yield return (message.Text[start..], null);
        }
    }
}
