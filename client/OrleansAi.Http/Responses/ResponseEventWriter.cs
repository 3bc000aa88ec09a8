using System.Text.Json;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Streaming;

namespace OrleansAi.Http.Responses;

/// <summary>Run events as the streaming events of Open Responses 2026-04-24.</summary>
internal static class ResponseEventWriter
{
    /// <summary>The event's type.</summary>
    public static string TypeOf(RunEvent next) => next.Kind switch
    {
        RunEventKind.Created => "response.created",
        RunEventKind.Queued => "response.queued",
        RunEventKind.InProgress => "response.in_progress",
        RunEventKind.ItemAdded => "response.output_item.added",
        RunEventKind.PartAdded when next.Part == RunEventPart.Summary => "response.reasoning_summary_part.added",
        RunEventKind.PartAdded => "response.content_part.added",
        RunEventKind.TextDelta => next.Part switch
        {
            RunEventPart.Refusal => "response.refusal.delta",
            RunEventPart.Summary => "response.reasoning_summary_text.delta",
            RunEventPart.Arguments => "response.function_call_arguments.delta",
            _ => "response.output_text.delta",
        },
        RunEventKind.TextDone => next.Part switch
        {
            RunEventPart.Refusal => "response.refusal.done",
            RunEventPart.Summary => "response.reasoning_summary_text.done",
            RunEventPart.Arguments => "response.function_call_arguments.done",
            _ => "response.output_text.done",
        },
        RunEventKind.PartDone when next.Part == RunEventPart.Summary => "response.reasoning_summary_part.done",
        RunEventKind.PartDone => "response.content_part.done",
        RunEventKind.ItemDone => "response.output_item.done",
        RunEventKind.SearchProgress => next.Text switch
        {
            "searching" => "response.file_search_call.searching",
            "completed" => "response.file_search_call.completed",
            _ => "response.file_search_call.in_progress",
        },
        RunEventKind.AnnotationAdded => "response.output_text.annotation.added",
        _ => next.Run!.Status switch
        {
            RunStatus.Completed => "response.completed",
            RunStatus.Failed => "response.failed",

            // The specification has no event of its own for a cancelled response; its status tells.
            _ => "response.incomplete",
        },
    };

    /// <summary>Writes an event.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="next">The event.</param>
    /// <param name="withOpaque">True to show what vendors want back of their reasoning.</param>
    /// <param name="obfuscates">True to hide the lengths of pieces.</param>
    public static void Write(Utf8JsonWriter json, RunEvent next, bool withOpaque, bool obfuscates = false)
    {
        json.WriteStartObject();
        json.WriteString("type", TypeOf(next));
        json.WriteNumber("sequence_number", next.Sequence);
        if (next.Run is { } run)
        {
            json.WritePropertyName("response");
            ResponseWriter.Write(json, run, withOpaque);
            json.WriteEndObject();
            return;
        }

        json.WriteNumber("output_index", next.OutputIndex);
        if (next is { Item: { } item, Kind: RunEventKind.ItemAdded or RunEventKind.ItemDone })
        {
            json.WritePropertyName("item");
            ItemWriter.Write(json, item, withOpaque);
            json.WriteEndObject();
            return;
        }

        json.WriteString("item_id", next.ItemId);
        if (next.Kind == RunEventKind.SearchProgress)
        {
            json.WriteEndObject();
            return;
        }

        if (next.Part != RunEventPart.Arguments)
        {
            json.WriteNumber(next.Part == RunEventPart.Summary ? "summary_index" : "content_index", next.PartIndex);
        }

        switch (next.Kind)
        {
            case RunEventKind.TextDelta:
                json.WriteString("delta", next.Text);
                if (obfuscates && next.Part != RunEventPart.Refusal)
                {
                    json.WriteString("obfuscation", Obfuscation.For(next.Text!));
                }

                WriteLogprobs(json, next);
                break;
            case RunEventKind.TextDone:
                json.WriteString(
                    next.Part switch
                    {
                        RunEventPart.Refusal => "refusal",
                        RunEventPart.Arguments => "arguments",
                        _ => "text",
                    },
                    next.Text);
                WriteLogprobs(json, next);
                break;
            case RunEventKind.AnnotationAdded:
                json.WriteNumber("annotation_index", next.AnnotationIndex);
                json.WritePropertyName("annotation");
                JsonText.WriteCompact(json, next.Text!);
                break;
            default:
                json.WritePropertyName("part");
                ItemWriter.WritePart(
                    json, next.Item?.Parts[0] ?? new ContentPart { Kind = KindOf(next.Part), Text = next.Text ?? "" });
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteLogprobs(Utf8JsonWriter json, RunEvent next)
    {
        if (next.Part == RunEventPart.Text)
        {
            json.WriteStartArray("logprobs");
            json.WriteEndArray();
        }
    }

    private static ContentPartKind KindOf(RunEventPart part) => part switch
    {
        RunEventPart.Refusal => ContentPartKind.Refusal,
        RunEventPart.Summary => ContentPartKind.SummaryText,
        _ => ContentPartKind.OutputText,
    };
}
