using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Replay;
using OrleansAi.Engine.Runs;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Forks;

/// <summary>
/// Makes the turn of a fork: its origin's input, frame and past, with what is overridden, and the outputs of the steps before the
/// one that it begins at.
/// </summary>
/// <param name="journal">The journal.</param>
/// <param name="source">Reads what runs were made from.</param>
/// <param name="outputs">Reads what calls of functions got.</param>
public sealed class ForkPlanner(IJournalReader journal, ReplaySource source, RecordedOutputs outputs)
{
    private const int Assembly = 1;

    private static readonly Sampling NoSampling = new();

    /// <summary>The turn of the first fork; the others differ from it in their place alone.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.InvalidRequest"/>, and what <see cref="ReplaySource.LoadAsync"/> throws.
    /// </exception>
    public async Task<TurnRequest> PlanAsync(string tenant, string runId, ForkRequest fork, CancellationToken cancellationToken)
    {
        var isKnown = await IsKnownAsync(tenant, fork, cancellationToken);
        if (isKnown)
        {
            // Each of them is there: nothing of the origin is needed to find them.
            return new TurnRequest { Input = [], IdempotencyKey = fork.IdempotencyKey, RequestHash = fork.RequestHash };
        }

        var run = await source.LoadAsync(tenant, runId, cancellationToken);
        Check(run, fork);
        var admitted = run.Admitted;
        var history = run.Plan.History;
        var prompt = fork.From > AssemblyOf(run) ? run.Ended.Steps.FirstOrDefault(static step => step.Prompt is not null)?.Prompt : null;
        return new TurnRequest
        {
            Kind = admitted.Kind,
            Model = fork.Model ?? admitted.Model,
            Input = [.. admitted.Input.Select(static item => NewItem.Of(item.ToItem()))],
            Instructions = fork.OverridesInstructions ? fork.Instructions : admitted.Instructions?.Text,
            Sampling = Merge(admitted.Sampling ?? NoSampling, fork.Sampling),
            Stream = admitted.Stream,
            Background = true,
            Metadata = admitted.Metadata,
            Options = admitted.Options with
            {
                ReasoningEffort = fork.ReasoningEffort ?? admitted.Options.ReasoningEffort,
                Verbosity = fork.Verbosity ?? admitted.Options.Verbosity,
                Listed = false,
                ChoiceOf = null,
                Choice = 0,
                FurtherChoices = 0,
            },
            Fork = history.Count > 0
                ? new ForkPoint { ConversationId = history[^1].Source!, Position = history[^1].EndedPosition }
                : null,
            ForkedFrom = new ForkOrigin
            {
                RunId = admitted.RunId,
                From = fork.From,
                Tools = fork.Tools,
                Overridden = Names(fork) is { Count: > 0 } names ? names : null,
                Vendor = prompt?.Vendor,
                Model = prompt?.Model,
            },
            Given = [.. Taken(run, fork.From), .. fork.Outputs],
            ToolOutputs = fork.Tools == ForkTools.Recorded
                ? [.. fork.ToolOutputs, .. await outputs.OfAsync(tenant, run, cancellationToken)]
                : [],
            Retrieval = RecordedRetrieval.Of(run, fork, AssemblyOf(run)),
            IdempotencyKey = fork.IdempotencyKey,
            RequestHash = fork.RequestHash,
        };
    }

    private async Task<bool> IsKnownAsync(string tenant, ForkRequest fork, CancellationToken cancellationToken)
    {
        for (var index = 0; index < fork.Count; index++)
        {
            if (fork.KeyOf(index) is not { } key || await journal.FindIdempotencyKeyAsync(tenant, key, cancellationToken) is null)
            {
                return false;
            }
        }

        return true;
    }

    // Admission is the first step of the chain; a search, where there is one, stands between the two.
    private static int AssemblyOf(ReplayedRun run) =>
        run.Ended.Steps.Index().FirstOrDefault(static step => step.Item.Prompt is not null, (Index: Assembly - 1, Item: null!)).Index + 1;

    // What a step has made cannot be overridden by whoever begins behind it.
    private static void Check(ReplayedRun run, ForkRequest fork)
    {
        var (last, assembly) = (run.Ended.Steps.Count + 1, AssemblyOf(run));
        var model = assembly + 1;
        if (fork.From < 0 || fork.From > last)
        {
            throw Invalid($"'from' is {fork.From}; the run has the steps 0 to {last}.", "from");
        }

        if (fork.From > assembly && (fork.OverridesInstructions || fork.Model is not null))
        {
            throw Invalid(
                $"'{(fork.Model is null ? "instructions" : "model")}' decides prompt assembly, step {assembly}, and the fork begins at step {fork.From}; "
                + $"begin at {assembly}.", "from");
        }

        if (fork.From > model && (fork.Sampling != NoSampling || fork.ReasoningEffort is not null || fork.Verbosity is not null))
        {
            throw Invalid($"Parameters decide model execution, step {model}, and the fork begins at step {fork.From}; begin at {model} or before.", "from");
        }

        RecordedRetrieval.Check(run, fork);
        foreach (var output in fork.Outputs)
        {
            if (output.Step < Math.Max(fork.From, model))
            {
                throw Invalid($"The output of step {output.Step} cannot be given: the fork begins at step {fork.From}, and outputs are those of model executions.", "overrides");
            }
        }
    }

    // The steps before the first that is carried out anew: what models answered in them.
    private static IEnumerable<GivenStep> Taken(ReplayedRun run, int from)
    {
        for (var index = 0; index < run.Ended.Steps.Count && index + 1 < from; index++)
        {
            if (run.Ended.Steps[index] is { Error: null, Model: { } output })
            {
                yield return new GivenStep
                {
                    Step = index + 1,
                    Text = output.Text.Text,
                    Refusal = output.Refusal?.Text,
                    FinishReason = output.FinishReason,
                    Reasoning = Thoughts(output),
                    ToolCalls =
                    [
                        .. (output.ToolCalls ?? []).Select(static call => new ModelToolCall
                        {
                            Id = call.Id,
                            Name = call.Name,
                            Arguments = call.Arguments.Text,
                            Opaque = call.Opaque?.Text,
                            Vendor = call.Vendor,
                        }),
                    ],
                };
            }
        }
    }

    private static List<ModelReasoning> Thoughts(ModelOutput output)
    {
        var text = output.Reasoning?.Text ?? "";
        var thoughts = new List<ModelReasoning>();
        var start = 0;
        foreach (var origin in output.ReasoningOrigins ?? [])
        {
            var length = Math.Min(origin.Length, text.Length - start);
            thoughts.Add(new ModelReasoning
            {
                Text = text.Substring(start, length),
                Vendor = origin.Vendor,
                Kind = origin.Kind ?? "",
                Id = origin.Id,
                Opaque = origin.Opaque?.Text,
            });
            start += length;
        }

        return thoughts;
    }

    private static Sampling Merge(Sampling origin, Sampling over) => origin with
    {
        Temperature = over.Temperature ?? origin.Temperature,
        TopP = over.TopP ?? origin.TopP,
        PresencePenalty = over.PresencePenalty ?? origin.PresencePenalty,
        FrequencyPenalty = over.FrequencyPenalty ?? origin.FrequencyPenalty,
        MaxOutputTokens = over.MaxOutputTokens ?? origin.MaxOutputTokens,
        Seed = over.Seed ?? origin.Seed,
    };

    private static List<string> Names(ForkRequest fork)
    {
        (string Name, bool IsSet)[] all =
        [
            ("collection_version", fork.OverridesVersions), ("frequency_penalty", fork.Sampling.FrequencyPenalty is not null), ("instructions", fork.OverridesInstructions),
            ("max_output_tokens", fork.Sampling.MaxOutputTokens is not null), ("model", fork.Model is not null), ("outputs", fork.Outputs.Count > 0),
            ("presence_penalty", fork.Sampling.PresencePenalty is not null), ("reasoning_effort", fork.ReasoningEffort is not null),
            ("seed", fork.Sampling.Seed is not null), ("temperature", fork.Sampling.Temperature is not null),
            ("tool_outputs", fork.ToolOutputs.Count > 0), ("top_p", fork.Sampling.TopP is not null), ("verbosity", fork.Verbosity is not null),
        ];
        return [.. all.Where(static one => one.IsSet).Select(static one => one.Name)];
    }

    private static OrleansAiException Invalid(string message, string param) => new(ErrorCodes.InvalidRequest, message) { Param = param };
}
