using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Vendors.Wire;

/// <summary>Where the bytes of an image or a file are: here in base 64, or at an address. A <c>data:</c> address is taken apart.</summary>
internal readonly record struct MediaSource(string? MediaType, string? Data, string? Url)
{
    private const string DataScheme = "data:";
    private const string Base64 = ";base64";

    /// <summary>Refuses images and files where a wire takes text alone.</summary>
    /// <param name="message">The message.</param>
    /// <param name="api">The API that does not take them, as it is called in a sentence.</param>
    /// <exception cref="Pipeline.VendorException">The message has some.</exception>
    public static void RefuseIn(ModelMessage message, string api)
    {
        if (message.Media.Count > 0)
        {
            var place = message.ToolCallId is not null ? "the output of a function"
                : message.Role is Role.Assistant ? "an assistant's message" : "a system or developer message";
            throw VendorErrors.Unsupported($"{api} no images and files in {place}; send them in a message of the user.");
        }
    }

    /// <summary>The source of what comes with a message.</summary>
    /// <exception cref="Pipeline.VendorException">There is none.</exception>
    public static MediaSource Of(ModelMedia media)
    {
        var text = media.Data ?? media.Url;
        if (string.IsNullOrEmpty(text))
        {
            throw VendorErrors.Unsupported("An image or a file has neither an address nor bytes.");
        }

        if (!text.StartsWith(DataScheme, StringComparison.OrdinalIgnoreCase))
        {
            return new MediaSource(media.MediaType, media.Data, media.Data is null ? media.Url : null);
        }

        var comma = text.IndexOf(',', StringComparison.Ordinal);
        var head = comma < 0 ? "" : text[DataScheme.Length..comma];
        if (!head.EndsWith(Base64, StringComparison.OrdinalIgnoreCase))
        {
            throw VendorErrors.Unsupported("The data: address of an image or a file is not in base 64.");
        }

        var type = head[..^Base64.Length].Split(';')[0];
        return new MediaSource(type.Length > 0 ? type : media.MediaType, text[(comma + 1)..], Url: null);
    }
}
