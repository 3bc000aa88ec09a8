using System.Text.Json;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Responses;

/// <summary>Items as Open Responses 2026-04-24 has them (ItemField).</summary>
internal static class ItemWriter
{
    /// <summary>Writes an item.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="item">The item.</param>
    /// <param name="withOpaque">True to show what vendors want back of their reasoning.</param>
    public static void Write(Utf8JsonWriter json, Item item, bool withOpaque)
    {
        json.WriteStartObject();
        json.WriteString("id", item.Id);
        switch (item.Kind)
        {
            case ItemKind.FunctionCall:
                json.WriteString("type", "function_call");
                json.WriteString("status", StatusName(item.Status));
                json.WriteString("call_id", item.CallId);
                json.WriteString("name", item.Name);
                json.WriteString("arguments", item.Arguments);
                break;
            case ItemKind.FunctionCallOutput:
                json.WriteString("type", "function_call_output");
                json.WriteString("status", StatusName(item.Status));
                json.WriteString("call_id", item.CallId);
                if (item.Parts is [{ Kind: ContentPartKind.InputText } only])
                {
                    json.WriteString("output", only.Text);
                }
                else
                {
                    WriteParts(json, "output", item.Parts);
                }

                break;
            case ItemKind.Reasoning:
                json.WriteString("type", "reasoning");
                WriteParts(json, "summary", item.Status == ItemStatus.InProgress ? [] : item.Parts);
                if (withOpaque && item.Status != ItemStatus.InProgress && OpaqueToken.Write(item.Origins) is { } token)
                {
                    json.WriteString("encrypted_content", token);
                }

                break;
            case ItemKind.Compaction:
                json.WriteString("type", "compaction");
                json.WriteString("encrypted_content", OpaqueToken.WriteCompaction(item.Text));
                break;
            case ItemKind.FileSearchCall:
                json.WriteString("status", StatusName(item.Status));
                FileSearchWriter.WriteCall(json, item);
                break;
            default:
                WriteMessage(json, item);
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>Writes a part.</summary>
    public static void WritePart(Utf8JsonWriter json, ContentPart part)
    {
        json.WriteStartObject();
        switch (part.Kind)
        {
            case ContentPartKind.Refusal:
                json.WriteString("type", "refusal");
                json.WriteString("refusal", part.Text);
                break;
            case ContentPartKind.OutputText:
                json.WriteString("type", "output_text");
                json.WriteString("text", part.Text);
                if (part.Annotations is { } notes)
                {
                    json.WritePropertyName("annotations");
                    JsonText.WriteCompact(json, notes);
                }
                else
                {
                    json.WriteStartArray("annotations");
                    json.WriteEndArray();
                }

                json.WriteStartArray("logprobs");
                json.WriteEndArray();
                break;
            case ContentPartKind.SummaryText:
                json.WriteString("type", "summary_text");
                json.WriteString("text", part.Text);
                break;
            case ContentPartKind.ReasoningText:
                json.WriteString("type", "reasoning_text");
                json.WriteString("text", part.Text);
                break;
            case ContentPartKind.InputImage:
                json.WriteString("type", "input_image");
                json.WriteString("image_url", part.FileId is null ? part.Text : null);
                if (part.FileId is { } image)
                {
                    json.WriteString("file_id", image);
                }

                json.WriteString("detail", part.Detail ?? "auto");
                break;
            case ContentPartKind.InputFile:
                json.WriteString("type", "input_file");
                if (part.FileName is { } name)
                {
                    json.WriteString("filename", name);
                }

                json.WriteString(
                    part switch
                    {
                        { FileId: not null } => "file_id",
                        { Form: MediaForm.Data } => "file_data",
                        _ => "file_url",
                    },
                    part.FileId ?? part.Text);
                if (part.Detail is { } detail)
                {
                    json.WriteString("detail", detail);
                }

                break;
            default:
                json.WriteString("type", "input_text");
                json.WriteString("text", part.Text);
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, Item item)
    {
        json.WriteString("type", "message");
        json.WriteString("status", StatusName(item.Status));
        json.WriteString("role", item.Role switch
        {
            Role.Assistant => "assistant",
            Role.System => "system",
            Role.Developer => "developer",
            _ => "user",
        });

        // An item that has just begun has no content yet; its parts come as events of their own.
        WriteParts(json, "content", item.Status == ItemStatus.InProgress ? [] : item.Parts);
        if (item.Phase is { } phase)
        {
            json.WriteString("phase", phase);
        }
    }

    private static void WriteParts(Utf8JsonWriter json, string property, IReadOnlyList<ContentPart> parts)
    {
        json.WriteStartArray(property);
        foreach (var part in parts)
        {
            WritePart(json, part);
        }

        json.WriteEndArray();
    }

    private static string StatusName(ItemStatus status) => status switch
    {
        ItemStatus.InProgress => "in_progress",
        ItemStatus.Incomplete => "incomplete",
        _ => "completed",
    };
}
