using System.Text.Json;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Http.Responses;

/// <summary>Run events as the streaming events of Open Responses 2026-04-24.</summary>
internal static class ResponseEventWriter
{
    /// <summary>The event's type.</summary>
    public static string TypeOf(RunEvent next) => next.Kind switch
    {
        RunEventKind.Created => "response.created",
        RunEventKind.InProgress => "response.in_progress",
        RunEventKind.ItemAdded => "response.output_item.added",
        RunEventKind.PartAdded => "response.content_part.added",
        RunEventKind.TextDelta => next.IsRefusal ? "response.refusal.delta" : "response.output_text.delta",
        RunEventKind.TextDone => next.IsRefusal ? "response.refusal.done" : "response.output_text.done",
        RunEventKind.PartDone => "response.content_part.done",
        RunEventKind.ItemDone => "response.output_item.done",
        _ => next.Run!.Status switch
        {
            RunStatus.Completed => "response.completed",
            RunStatus.Failed => "response.failed",

            // The specification has no event of its own for a cancelled response; its status tells.
            _ => "response.incomplete",
        },
    };

    public static void Write(Utf8JsonWriter json, RunEvent next)
    {
        json.WriteStartObject();
        json.WriteString("type", TypeOf(next));
        json.WriteNumber("sequence_number", next.Sequence);
        if (next.Run is { } run)
        {
            json.WritePropertyName("response");
            ResponseWriter.Write(json, run);
            json.WriteEndObject();
            return;
        }

        json.WriteNumber("output_index", next.OutputIndex);
        if (next.Item is { } item)
        {
            json.WritePropertyName("item");
            ResponseWriter.WriteItem(json, item);
            json.WriteEndObject();
            return;
        }

        json.WriteString("item_id", next.ItemId);
        json.WriteNumber("content_index", 0);
        switch (next.Kind)
        {
            case RunEventKind.TextDelta:
                json.WriteString("delta", next.Text);
                WriteLogprobs(json, next);
                break;
            case RunEventKind.TextDone:
                json.WriteString(next.IsRefusal ? "refusal" : "text", next.Text);
                WriteLogprobs(json, next);
                break;
            default:
                json.WritePropertyName("part");
                ResponseWriter.WritePart(
                    json, next.IsRefusal ? ContentPartKind.Refusal : ContentPartKind.OutputText, next.Text ?? "");
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteLogprobs(Utf8JsonWriter json, RunEvent next)
    {
        if (!next.IsRefusal)
        {
            json.WriteStartArray("logprobs");
            json.WriteEndArray();
        }
    }
}
