using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansAi.VendorSimulator;

/// <summary>A stretch of calls in which a fault or a quirk strikes at a rate.</summary>
public sealed record Episode
{
    /// <summary>The first call of the stretch, from 1.</summary>
    public int FromCall { get; init; } = 1;

    /// <summary>The last call of the stretch; null for no end.</summary>
    public int? ToCall { get; init; }

    /// <summary>How many of the calls it strikes, 0 to 1.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>The wire; null for all.</summary>
    public Wire? Wire { get; init; }

    /// <summary>The model; null for all.</summary>
    public string? Model { get; init; }

    /// <summary>The fault.</summary>
    public FaultKind? Fault { get; init; }

    /// <summary>At which piece of the text.</summary>
    public int AtChunk { get; init; }

    /// <summary>The status of <see cref="FaultKind.HttpStatus"/>.</summary>
    public int Status { get; init; } = 503;

    /// <summary>A Retry-After header.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Seconds of a stall or of a slow first piece.</summary>
    public double Seconds { get; init; } = 30;

    /// <summary>The quirk by its number.</summary>
    public int Quirk { get; init; }
}

/// <summary>
/// A script of faults over the calls of a simulator. The same seed and the same order of calls give the same faults.
/// </summary>
public sealed class GameDay
{
    private readonly IReadOnlyList<Episode> _episodes;
    private readonly Random _random;
    private readonly Lock _lock = new();

    /// <summary>Makes a game day of its episodes.</summary>
    public GameDay(IReadOnlyList<Episode> episodes, int seed) => (_episodes, _random) = (episodes, new Random(seed));

    /// <summary>What is answered when nothing strikes.</summary>
    public Func<SimulatedCall, Reply> Otherwise { get; init; } =
        static call => new Reply { Text = $"echo {call.Number}: {call.LastUserText}" };

    /// <summary>Reads a script: a JSON array of episodes.</summary>
    public static GameDay Load(string path, int seed) => new(
        JsonSerializer.Deserialize(File.ReadAllText(path), GameDayJson.Default.EpisodeArray)
            ?? throw new InvalidDataException($"{path} has no episodes."),
        seed);

    /// <summary>The answer to a call.</summary>
    public Reply Respond(SimulatedCall call)
    {
        var reply = Otherwise(call);
        foreach (var episode in _episodes)
        {
            if (call.Number < episode.FromCall || call.Number > episode.ToCall
                || (episode.Wire is { } wire && wire != call.Wire) || (episode.Model is { } model && model != call.Model))
            {
                continue;
            }

            double drawn;
            lock (_lock)
            {
                drawn = _random.NextDouble();
            }

            if (drawn < episode.Rate)
            {
                reply = reply with { Quirk = episode.Quirk > 0 ? episode.Quirk : reply.Quirk, Fault = FaultOf(episode) ?? reply.Fault };
            }
        }

        return reply;
    }

    private static Fault? FaultOf(Episode episode) => episode.Fault is not { } kind ? null : new Fault(kind)
    {
        AtChunk = episode.AtChunk,
        Status = episode.Status,
        RetryAfter = episode.RetryAfter,
        Duration = TimeSpan.FromSeconds(episode.Seconds),
    };
}

/// <summary>Scripts as they are written.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(Episode[]))]
internal sealed partial class GameDayJson : JsonSerializerContext;
