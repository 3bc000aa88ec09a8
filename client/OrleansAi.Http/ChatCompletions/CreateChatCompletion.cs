using System.Text.Json;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.ChatCompletions;

/// <summary>The body of <c>POST /v1/chat/completions</c>.</summary>
internal sealed record CreateChatCompletion(TurnRequest Turn, bool IncludeUsage)
{
    public static CreateChatCompletion Read(JsonElement body, int mostMessages)
    {
        var fields = new JsonFields(body, "");
        fields.Refuse("tools", "a list of tools");
        fields.Refuse("functions", "a list of functions");
        fields.Refuse("stop", "a stop sequence");
        fields.Refuse("logit_bias", "a bias");
        fields.Refuse("audio", "a wish for audio");
        fields.Refuse("prediction", "a prediction");
        fields.Refuse("web_search_options", "a web search");
        fields.Refuse("reasoning_effort", "a wish about reasoning");
        fields.Refuse("verbosity", "a wish about verbosity");
        fields.Refuse("seed", "a seed");
        fields.Choice("tool_choice", "none", "auto");
        fields.Choice("service_tier", "auto", "default");
        fields.Integer("n", 1, 1);
        if (fields.Flag("logprobs"))
        {
            throw Errors.Invalid.NotSupported("logprobs", "true");
        }

        if (fields.Any("response_format") is { } format)
        {
            var kind = new JsonFields(format, "response_format");
            kind.Choice("type", "text");
            kind.Done();
        }

        var includeUsage = false;
        if (fields.Any("stream_options") is { } options)
        {
            var inner = new JsonFields(options, "stream_options");
            includeUsage = inner.Flag("include_usage");
            inner.Flag("include_obfuscation");
            inner.Done();
        }

        var sampling = SamplingFields.Read(fields, "max_completion_tokens", 1);
        var turn = new TurnRequest
        {
            Kind = RunKind.ChatCompletion,
            Model = fields.Text("model", 256),
            Input = Messages.OfChat(fields.Any("messages"), mostMessages),
            Sampling = sampling with { MaxOutputTokens = sampling.MaxOutputTokens ?? fields.Integer("max_tokens", 1) },
            Stream = fields.Flag("stream"),
            Metadata = fields.Metadata("metadata"),
        };
        TakenFields.Read(fields);
        fields.Integer("top_logprobs", 0, 20);
        fields.Integer("max_tokens", 1);
        fields.Accept("modalities");
        fields.Done();
        return new CreateChatCompletion(turn, includeUsage);
    }
}
