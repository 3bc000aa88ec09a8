using System.Security.Cryptography;
using System.Text;
using OrleansAi.Cli.Server;
using OrleansAi.Cli.Terminal;

namespace OrleansAi.Cli.Gate;

/// <summary>Which runs are drawn from.</summary>
internal sealed record SampleQuery(string Since, string? Until, string? Model, string? Status);

/// <summary>What was drawn.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Population">How many finished runs there were to draw from.</param>
internal sealed record DrawnSample(IReadOnlyList<string> Runs, int Population);

/// <summary>
/// Draws finished runs. Each has a lot that follows from its id and the seed, and the lowest lots are drawn: so another build is held to the
/// same runs, and a run that is new since moves at most one of them out.
/// </summary>
internal static class Sample
{
    public static Task<DrawnSample> DrawAsync(Session session, SampleQuery query, int most, string seed, CancellationToken token) =>
        Work.RunAsync(session, "Drawing runs", null, async _ =>
        {
            var drawn = new PriorityQueue<(string Conversation, string Run), ulong>();
            var population = 0;
            string? cursor = null;
            do
            {
                var page = await session.Api.GetAsync(
                    ApiClient.Query(
                        "api/runs",
                        ("since", query.Since), ("until", query.Until), ("model", query.Model), ("status", query.Status), ("limit", "200"), ("cursor", cursor)),
                    token);
                foreach (var run in page.List("data").Where(static run => run.Text("status") is not ("queued" or "in_progress")))
                {
                    population++;

                    // The queue gives up its smallest, so the lots are turned round: what is given up is the highest lot.
                    drawn.Enqueue((run.Text("conversation") ?? "", run.Text("id")!), ulong.MaxValue - Lot(seed, run.Text("id")!));
                    if (drawn.Count > most)
                    {
                        drawn.Dequeue();
                    }
                }

                cursor = page.Text("next_cursor");
            }
            while (cursor is not null);

            // Those of a conversation side by side: what they were told is read once for all that are asked about together.
            return new DrawnSample(
                [
                    .. drawn.UnorderedItems.Select(static item => item.Element)
                        .OrderBy(static one => one.Conversation, StringComparer.Ordinal).ThenBy(static one => one.Run, StringComparer.Ordinal)
                        .Select(static one => one.Run),
                ],
                population);
        });

    /// <summary>A run's lot.</summary>
    public static ulong Lot(string seed, string run) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}:{run}")));
}
