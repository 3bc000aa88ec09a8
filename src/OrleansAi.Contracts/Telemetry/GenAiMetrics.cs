using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Contracts.Telemetry;

/// <summary>
/// The client metrics of the GenAI conventions, under their names of 1.41 or their newest ones (<see cref="SemanticConventions"/>).
/// Recorded while the span of the operation is current, so that exemplars lead from a value to its trace.
/// </summary>
public static class GenAiMetrics
{
    /// <summary>The operation of a model call.</summary>
    public const string Chat = "chat";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };

    private static readonly InstrumentAdvice<int> Powers = new()
    {
        HistogramBucketBoundaries =
            [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864],
    };

    private static readonly string Inference = SemanticConventions.IsLatest ? "gen_ai.client.inference" : "gen_ai.client.operation";

    private static readonly Histogram<double> OperationDuration = Duration("gen_ai.client.operation.duration", "GenAI operation duration.");

    private static readonly Histogram<double> InferenceDuration = SemanticConventions.IsLatest
        ? Duration("gen_ai.client.inference.duration", "Duration of GenAI inference.")
        : OperationDuration;

    private static readonly Histogram<double> FirstChunk = Duration(
        $"{Inference}.time_to_first_chunk", "Time from the request to the first chunk of a streamed answer.");

    private static readonly Histogram<double> OutputChunk = Duration(
        $"{Inference}.time_per_output_chunk", "Time between two chunks of a streamed answer.");

    private static readonly Histogram<int>? TokenUsage = SemanticConventions.IsLatest
        ? null
        : Tokens("gen_ai.client.token.usage", "Number of input and output tokens used.");

    private static readonly Histogram<int>? InputTokens = SemanticConventions.IsLatest
        ? Tokens("gen_ai.client.inference.operation.input_tokens", "Input tokens of one inference.")
        : null;

    private static readonly Histogram<int>? OutputTokens = SemanticConventions.IsLatest
        ? Tokens("gen_ai.client.inference.operation.output_tokens", "Output tokens of one inference.")
        : null;

    private static readonly Counter<long>? InputCount = Count("input_tokens", "Input tokens, cached ones included.");
    private static readonly Counter<long>? OutputCount = Count("output_tokens", "Output tokens, reasoning included.");
    private static readonly Counter<long>? CachedCount = Count("cache_read.input_tokens", "Input tokens that came from the vendor's cache.");
    private static readonly Counter<long>? ReasoningCount = Count("reasoning.output_tokens", "Output tokens that were reasoning.");

    /// <summary>An operation has ended.</summary>
    /// <param name="tags">Operation, provider, models and type of error.</param>
    /// <param name="elapsed">How long it took.</param>
    public static void RecordDuration(in TagList tags, TimeSpan elapsed) => OperationDuration.Record(elapsed.TotalSeconds, tags);

    /// <summary>An inference has ended.</summary>
    /// <param name="tags">Operation, provider, models and type of error.</param>
    /// <param name="elapsed">How long it took.</param>
    public static void RecordInference(in TagList tags, TimeSpan elapsed) => InferenceDuration.Record(elapsed.TotalSeconds, tags);

    /// <summary>The first chunk of a stream came.</summary>
    public static void RecordFirstChunk(in TagList tags, TimeSpan elapsed) => FirstChunk.Record(elapsed.TotalSeconds, tags);

    /// <summary>A further chunk of a stream came.</summary>
    public static void RecordChunk(in TagList tags, TimeSpan sinceLast) => OutputChunk.Record(sinceLast.TotalSeconds, tags);

    /// <summary>True when somebody collects the time between chunks.</summary>
    public static bool CollectsChunks => OutputChunk.Enabled;

    /// <summary>What a vendor billed.</summary>
    /// <param name="tags">Operation, provider and models.</param>
    /// <param name="usage">The tokens.</param>
    /// <param name="hasOutput">False for operations that write none, as embeddings.</param>
    public static void RecordUsage(in TagList tags, Usage usage, bool hasOutput = true)
    {
        if (TokenUsage is { } histogram)
        {
            Typed(histogram, tags, "input", usage.InputTokens);
            if (hasOutput)
            {
                Typed(histogram, tags, "output", usage.OutputTokens);
            }

            return;
        }

        InputCount!.Add(usage.InputTokens, tags);
        CachedCount!.Add(usage.CachedTokens, tags);
        InputTokens!.Record(usage.InputTokens, tags);
        if (hasOutput)
        {
            OutputCount!.Add(usage.OutputTokens, tags);
            ReasoningCount!.Add(usage.ReasoningTokens, tags);
            OutputTokens!.Record(usage.OutputTokens, tags);
        }
    }

    private static void Typed(Histogram<int> histogram, TagList tags, string type, int value)
    {
        tags.Add("gen_ai.token.type", type);
        histogram.Record(value, tags);
    }

    private static Histogram<double> Duration(string name, string description) =>
        TelemetrySources.Meter.CreateHistogram(name, "s", description, tags: null, Seconds);

    private static Histogram<int> Tokens(string name, string description) =>
        TelemetrySources.Meter.CreateHistogram(name, "{token}", description, tags: null, Powers);

    private static Counter<long>? Count(string what, string description) => SemanticConventions.IsLatest
        ? TelemetrySources.Meter.CreateCounter<long>($"gen_ai.client.inference.usage.{what}", "{token}", description)
        : null;
}
