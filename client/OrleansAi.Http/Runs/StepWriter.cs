using System.Text;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Responses;

namespace OrleansAi.Http.Runs;

/// <summary>A step with its full input and output.</summary>
internal static class StepWriter
{
    public static void Write(Utf8JsonWriter json, StepContent content)
    {
        json.WriteStartObject();
        json.WriteString("run", content.Run.Id);
        RunWriter.WriteStepFields(json, content.Step, content.Passages);
        json.WritePropertyName("input");
        WriteInput(json, content);
        json.WritePropertyName("output");
        WriteOutput(json, content);
        json.WriteStartArray("exchanges");
        foreach (var exchange in content.Exchanges)
        {
            json.WriteStartObject();
            WriteBytes(json, "request", exchange.Request, isRequest: true);
            json.WriteBoolean("request_differs", exchange.RequestDiffers);
            WriteBytes(json, "response", exchange.Response, isRequest: false);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteInput(Utf8JsonWriter json, StepContent content)
    {
        switch (content.Step.Stage)
        {
            case Stage.Admission:
                json.WriteStartObject();
                json.WriteString("model", content.Run.Model);
                json.WriteString("instructions", content.Run.Instructions);
                ParametersWriter.Write(json, content.Run.Sampling, content.Run.Options);
                json.WriteString("previous_run", content.Run.PreviousRunId);
                WriteItems(json, "items", content.Input ?? []);
                json.WriteStartObject("request");
                OptionsWriter.Write(json, content.Run.Options);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case Stage.ModelExecution when content.Messages is { } messages:
                json.WriteStartObject();
                ModelMessageWriter.Write(json, "messages", messages);
                ParametersWriter.Write(json, content.Run.Sampling, content.Run.Options);
                json.WriteEndObject();
                break;
            case Stage.ToolExecution when content.Answer is { } answer:
                json.WriteStartObject();
                ModelMessageWriter.WriteCalls(json, answer.ToolCalls);
                json.WriteEndObject();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static void WriteOutput(Utf8JsonWriter json, StepContent content)
    {
        switch (content)
        {
            case { Step.Stage: Stage.PromptAssembly, Messages: { } messages }:
                json.WriteStartObject();
                ModelMessageWriter.Write(json, "messages", messages);
                json.WriteEndObject();
                break;
            case { Step.Stage: Stage.ModelExecution, Answer: { } answer }:
                WriteAnswer(json, answer);
                break;
            case { Step.Stage: Stage.ToolExecution, ToolAnswers: { } answers }:
                json.WriteStartObject();
                json.WriteStartArray("tool_outputs");
                foreach (var answer in answers)
                {
                    json.WriteStartObject();
                    json.WriteString("call_id", answer.CallId);
                    json.WriteString("name", answer.Name);
                    json.WriteString("arguments", answer.Arguments);
                    json.WriteString("output", answer.Output);
                    json.WriteString("run", answer.RunId);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
                break;
            case { Step.Stage: Stage.Completion }:
                json.WriteStartObject();
                json.WriteString("status", ResponseWriter.StatusName(content.Run.Status));
                json.WriteString("incomplete_reason", content.Run.IncompleteReason);
                WriteItems(json, "items", content.Run.Output);
                json.WriteEndObject();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static void WriteAnswer(Utf8JsonWriter json, StepAnswer answer)
    {
        json.WriteStartObject();
        json.WriteString("text", answer.Text);
        json.WriteString("refusal", answer.Refusal);
        json.WriteString("reasoning", answer.Reasoning);
        ModelMessageWriter.WriteCalls(json, answer.ToolCalls);
        json.WriteString("finish_reason", answer.FinishReason switch
        {
            FinishReason.Length => "length",
            FinishReason.ContentFilter => "content_filter",
            FinishReason.ToolCalls => "tool_calls",
            FinishReason.Refusal => "refusal",
            _ => "stop",
        });
        json.WriteEndObject();
    }

    private static void WriteItems(Utf8JsonWriter json, string name, IReadOnlyList<Item> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            ItemWriter.Write(json, item, withOpaque: false);
        }

        json.WriteEndArray();
    }

    private static void WriteBytes(Utf8JsonWriter json, string name, byte[]? bytes, bool isRequest)
    {
        if (bytes is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("media_type", isRequest ? "application/json" : ExchangeText.MediaTypeOf(bytes));
        json.WriteNumber("bytes", bytes.Length);
        if (ExchangeText.IsText(bytes))
        {
            json.WriteString("text", Encoding.UTF8.GetString(bytes));
        }
        else
        {
            json.WriteBase64String("base64", bytes);
        }

        json.WriteEndObject();
    }
}
