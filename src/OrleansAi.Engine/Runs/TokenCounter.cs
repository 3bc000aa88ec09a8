using Microsoft.ML.Tokenizers;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;

namespace OrleansAi.Engine.Runs;

/// <summary>
/// Counts what a run would give the model to read, with the tokens of OpenAI's o200k_base: near enough for the text of other
/// vendors, who do not publish theirs. Images and files are not counted.
/// </summary>
public static class TokenCounter
{
    // What the chat format of OpenAI's models puts around each message, and before the answer
    // (https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken).
    private const int AroundMessage = 3;
    private const int BeforeAnswer = 3;

    // The vocabulary takes a processor 0.4 s to load: no turn needs it.
    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(static () => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    /// <summary>The tokens of a run's messages, tools and output format.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>: the input has an output without its function call.</exception>
    public static int Count(RunPlan plan)
    {
        var tokens = BeforeAnswer;
        foreach (var message in Prompt.Of(plan))
        {
            tokens += Count(message);
        }

        var options = plan.Admitted.Options;
        foreach (var tool in options.Tools ?? [])
        {
            tokens += Count(tool);
        }

        return tokens + Count(options.OutputFormat?.Schema);
    }

    /// <summary>The tokens of a message with its calls; counted once for all the turns that it is sent in.</summary>
    public static int Count(ModelMessage message)
    {
        if (message.Memo.ContextTokens is { } known)
        {
            return known;
        }

        var tokens = AroundMessage + Count(message.Text);
        foreach (var call in message.ToolCalls)
        {
            tokens += AroundMessage + Count(call.Name) + Count(call.Arguments);
        }

        message.Memo.ContextTokens = tokens;
        return tokens;
    }

    /// <summary>The tokens of a tool.</summary>
    public static int Count(ModelTool tool) => AroundMessage + Count(tool.Name) + Count(tool.Description) + Count(tool.Parameters);

    private static int Count(string? text) => string.IsNullOrEmpty(text) ? 0 : Tokenizer.Value.CountTokens(text);
}
