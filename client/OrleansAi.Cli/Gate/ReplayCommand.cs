using System.CommandLine;
using OrleansAi.Cli.Runs;
using OrleansAi.Cli.Terminal;

namespace OrleansAi.Cli.Gate;

/// <summary>
/// <c>replay</c>: the gate before a deploy. A sample of finished runs is replayed on the server that is asked; or, with <c>--what-if</c>, forked
/// onto another model or prompt and held against what they were.
/// </summary>
internal static class ReplayCommand
{
    private const int MostParallel = 64;

    public static Command Create()
    {
        Option<string> since = new("--since") { Description = "Runs from then on: a time, or how long ago: 90m, 24h, 7d.", DefaultValueFactory = static _ => "24h" };
        Option<string?> until = new("--until") { Description = "Runs until then." };
        Option<int> sample = new("--sample") { Description = "How many runs.", DefaultValueFactory = static _ => 100 };
        Option<string> seed = new("--seed") { Description = "Another sample; the same seed draws the same runs.", DefaultValueFactory = static _ => "1" };
        Option<string?> model = new("--model", "-m") { Description = "Runs of one route." };
        Option<string?> status = new("--status") { Description = "Runs that ended so: completed, failed, cancelled or incomplete." };
        Option<int> parallel = new("--parallel") { Description = "How many at once.", DefaultValueFactory = static _ => 4 };
        Option<bool> whatIf = new("--what-if") { Description = "Fork the sample instead of replaying it; costs what the other model costs." };
        Option<string?> toModel = new("--to-model") { Description = "With --what-if: the other route." };
        Option<string?> toPrompt = new("--to-prompt") { Description = "With --what-if: the other stored prompt, ID@VERSION." };
        var command = new Command("replay", "Hold a build, a model or a prompt to the runs that were. Exit code 3 when it does not hold.")
        {
            since, until, sample, seed, model, status, parallel, whatIf, toModel, toPrompt,
        };
        return command.Does(async (session, parsed, token) =>
        {
            if (parsed.GetValue(sample) < 1 || parsed.GetValue(parallel) is < 1 or > MostParallel)
            {
                throw new CliException(ExitCodes.Usage, "invalid_option", $"--sample must be at least 1, --parallel from 1 to {MostParallel}.");
            }

            var isChanged = parsed.GetValue(toModel) is not null || parsed.GetValue(toPrompt) is not null;
            if (parsed.GetValue(whatIf) != isChanged)
            {
                throw new CliException(ExitCodes.Usage, "invalid_option", "--what-if goes with --to-model or --to-prompt, and they with it.");
            }

            var drawn = await Sample.DrawAsync(
                session,
                new SampleQuery(
                    Moment.Parse("--since", parsed.GetValue(since))!,
                    Moment.Parse("--until", parsed.GetValue(until)),
                    parsed.GetValue(model),
                    parsed.GetValue(status)),
                parsed.GetValue(sample),
                parsed.GetValue(seed)!,
                token);
            if (drawn.Runs.Count == 0)
            {
                throw new CliException(ExitCodes.Failed, "no_runs", "No finished run is in that time: a gate that looks at nothing must not pass.");
            }

            return parsed.GetValue(whatIf)
                ? await WhatIf.RunAsync(
                    session, drawn, ForkCommand.Overrides(parsed.GetValue(toModel), parsed.GetValue(toPrompt)), parsed.GetValue(parallel), token)
                : await StrictGate.RunAsync(session, drawn, parsed.GetValue(parallel), token);
        });
    }

    /// <summary>Does something with every run of a sample, some at once.</summary>
    public static Task<IReadOnlyList<T>> ForEachAsync<T>(
        Session session, string what, DrawnSample drawn, int parallel, Func<string, CancellationToken, ValueTask<T>> doAsync, CancellationToken token) =>
        Work.RunAsync<IReadOnlyList<T>>(session, what, drawn.Runs.Count, async done =>
        {
            var results = new T[drawn.Runs.Count];
            await Parallel.ForAsync(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = token }, async (index, token) =>
            {
                results[index] = await doAsync(drawn.Runs[index], token);
                done(1);
            });
            return results;
        });
}
