using System.Text.Json;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Requests;

/// <summary>Reads the content of messages and outputs.</summary>
internal static class ContentParts
{
    /// <summary>A text or a list of parts.</summary>
    /// <param name="fields">The item.</param>
    /// <param name="field">The field with the content.</param>
    /// <param name="isAssistant">True for what a model wrote.</param>
    public static IReadOnlyList<ContentPart> Read(JsonFields fields, string field, bool isAssistant)
    {
        var content = fields.Any(field);
        if (content is { ValueKind: JsonValueKind.String } text)
        {
            return
            [
                new ContentPart
                {
                    Kind = isAssistant ? ContentPartKind.OutputText : ContentPartKind.InputText,
                    Text = JsonFields.ReadText(text, fields.Name(field)),
                },
            ];
        }

        if (content is not { ValueKind: JsonValueKind.Array })
        {
            throw fields.Wrong(field, "a string or a list of content parts");
        }

        var parts = fields.List(field, int.MaxValue);
        return parts.Count > 0
            ? [.. parts.Select(part => Part(new JsonFields(part.Value, part.Name), isAssistant))]
            : throw Invalid.Request($"'{fields.Name(field)}' has no part.", fields.Name(field));
    }

    private static ContentPart Part(JsonFields fields, bool isAssistant)
    {
        var type = fields.RequiredText("type");
        var part = type switch
        {
            "input_text" or "output_text" or "text" => Text(fields, isAssistant),
            "refusal" when isAssistant => new ContentPart { Kind = ContentPartKind.Refusal, Text = fields.RequiredText("refusal") },
            "input_image" when !isAssistant => Image(fields, "image_url"),
            "image_url" when !isAssistant && fields.Object("image_url") is { } image => Inner(image, static inner => Image(inner, "url")),
            "input_file" when !isAssistant => File(fields),
            "file" when !isAssistant && fields.Object("file") is { } file => Inner(file, File),
            _ => throw Invalid.Request(
                $"'{fields.Name("type")}' is '{Short(type)}', which is not supported here; known are "
                + (isAssistant ? "output_text and refusal." : "input_text, input_image and input_file."),
                fields.Name("type")),
        };
        fields.Done();
        return part;
    }

    private static ContentPart Text(JsonFields fields, bool isAssistant)
    {
        fields.Accept("logprobs");
        var notes = fields.Any("annotations");
        if (notes is { ValueKind: not JsonValueKind.Array })
        {
            throw fields.Wrong("annotations", "a list");
        }

        if (!isAssistant)
        {
            fields.Refuse("annotations", "a list of what a text refers to, in a text that no model wrote");
        }

        return new ContentPart
        {
            Kind = isAssistant ? ContentPartKind.OutputText : ContentPartKind.InputText,
            Text = fields.RequiredText("text"),
            Annotations = notes is { } given && given.GetArrayLength() > 0 ? given.GetRawText() : null,
        };
    }

    // Chat completions have what belongs to an image or a file one level deeper.
    private static ContentPart Inner(JsonFields inner, Func<JsonFields, ContentPart> read)
    {
        var part = read(inner);
        inner.Done();
        return part;
    }

    private static ContentPart Image(JsonFields fields, string address)
    {
        var fileId = fields.Text("file_id");
        return new ContentPart
        {
            Kind = ContentPartKind.InputImage,
            Text = Source(fields, fields.Text(address), null, fileId, address),
            Form = fileId is not null ? MediaForm.FileId : MediaForm.Url,
            Detail = fields.Choice("detail", "low", "high", "auto", "original"),
        };
    }

    private static ContentPart File(JsonFields fields)
    {
        var url = fields.Text("file_url");
        var data = fields.Text("file_data");
        var fileId = fields.Text("file_id");
        var name = fields.Text("filename", 255);
        return new ContentPart
        {
            Kind = ContentPartKind.InputFile,
            Text = Source(fields, url, data, fileId, "file_url"),
            Form = fileId is not null ? MediaForm.FileId : data is not null ? MediaForm.Data : MediaForm.Url,
            FileName = name,
            Detail = fields.Choice("detail", "low", "high", "auto"),
        };
    }

    private static string Source(JsonFields fields, string? url, string? data, string? fileId, string field)
    {
        var given = (url is null ? 0 : 1) + (data is null ? 0 : 1) + (fileId is null ? 0 : 1);
        if (given != 1)
        {
            throw Invalid.Request($"'{fields.Name(field)}' is {(given == 0 ? "required" : "given together with another source")}; give one source.", fields.Name(field));
        }

        if (url is not null && !IsAddress(url))
        {
            throw Invalid.Request($"'{fields.Name(field)}' must be an http, https or data address.", fields.Name(field));
        }

        if ((data ?? url) is { } text && (data is not null || IsData(text)) && !IsBase64(text))
        {
            throw Invalid.Request($"'{fields.Name(data is null ? field : "file_data")}' is not valid base 64.", fields.Name(field));
        }

        return url ?? data ?? fileId!;
    }

    private static bool IsAddress(string url) => IsData(url)
        || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps));

    private static bool IsData(string text) => text.StartsWith("data:", StringComparison.OrdinalIgnoreCase);

    private static bool IsBase64(string text)
    {
        var data = text.AsSpan();
        if (IsData(text))
        {
            var comma = data.IndexOf(',');
            if (comma < 0 || !data[..comma].EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            data = data[(comma + 1)..];
        }

        return !data.IsEmpty && System.Buffers.Text.Base64.IsValid(data);
    }

    private static string Short(string text) => text.Length <= 64 ? text : text[..64];
}
