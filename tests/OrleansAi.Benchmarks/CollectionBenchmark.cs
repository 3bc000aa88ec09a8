using System.Diagnostics;
using System.Globalization;
using OrleansAi.Testing;

namespace OrleansAi.Benchmarks;

/// <summary>
/// A collection behind a real silo on PostgreSQL, all of it over HTTP: how fast documents become searchable, what a question costs, how much of the exact answer
/// it finds, and what readers notice of versions that are published. Held to bounds.
/// </summary>
internal sealed class CollectionBenchmark(CollectionCalls calls, ServerProcess silo, int wanted, int sections)
{
    private const double LeastChunksPerSecond = 2_000;
    private const double MostMedian = 12;
    private const double MostP95 = 40;
    private const double LeastRecall = 0.98;
    private const double MostVectorBytes = 120e6;
    private const double LongestRead = 1_000;
    private const int Questions = 400;
    private const int RecallQuestions = 100;
    private const int PerBatch = 500;
    private const int Published = 60;
    private const int WarmUpSections = 1_000;
    private const int BytesPerVector = (3 * Dimensions) + sizeof(float);
    private const int Dimensions = 384;

    private readonly CollectionCorpus _corpus = new(sections);
    private readonly List<string> _broken = [];
    private TimeSpan _ingestionCpu;

    /// <summary>Runs it and reports.</summary>
    /// <param name="wanted">About how many chunks there shall be.</param>
    /// <param name="sections">How many sections a document has, of about six chunks each.</param>
    /// <returns>True when all bounds were held.</returns>
    public static async Task<bool> RunAsync(int wanted, int sections)
    {
        var directory = Directory.CreateTempSubdirectory("orleansai-bench-").FullName;
        await using var postgreSql = await PostgreSqlInstance.StartAsync();
        var ports = Ports.Free(3);
        await using var silo = await ServerProcess.StartAsync(
            ServerProcess.Assembly("silo", "OrleansAi.Silo"),
            [],
            new Dictionary<string, string>
            {
                ["urls"] = $"http://127.0.0.1:{ports[0]}",
                ["OrleansAi:Storage:Provider"] = "PostgreSql",
                ["OrleansAi:Storage:ConnectionString"] = await postgreSql.CreateDatabaseAsync(),
                ["OrleansAi:Cluster:SiloPort"] = ports[1].ToString(CultureInfo.InvariantCulture),
                ["OrleansAi:Cluster:GatewayPort"] = ports[2].ToString(CultureInfo.InvariantCulture),
            },
            $"http://127.0.0.1:{ports[0]}/health/ready",
            directory);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}"), Timeout = TimeSpan.FromMinutes(2) };
        var isHeld = await new CollectionBenchmark(new CollectionCalls(http), silo, wanted, sections).RunAsync();
        Directory.Delete(directory, recursive: true);
        return isHeld;
    }

    private async Task<bool> RunAsync()
    {
        // What the JIT has not finished with is not what is measured.
        var warmUp = await IngestAsync("warm-up", Enumerable.Range(1_000_000, WarmUpSections / sections).ToArray());
        await SearchAsync(warmUp.Store, 200, seed: 1);

        var perDocument = (await _corpus.ChunksAsync(0)).Count;
        var numbers = Enumerable.Range(0, (wanted + perDocument - 1) / perDocument).ToArray();
        var (store, files, seconds) = await IngestAsync("benchmark", numbers);
        var chunks = new List<(int Document, int Index, string Text)>();
        foreach (var number in numbers)
        {
            chunks.AddRange((await _corpus.ChunksAsync(number)).Select((text, index) => (number, index, text)));
        }

        Console.WriteLine("| collection over HTTP | | bound |\n|---|---|---|");
        Report("chunks, documents", $"{chunks.Count:#,0}, {numbers.Length:#,0}");
        Report("ingestion, chunks/s", chunks.Count / seconds, LeastChunksPerSecond, isLeast: true);
        Report("the processor's time of the silo for a chunk, µs", $"{_ingestionCpu.TotalMicroseconds / chunks.Count:0}");

        await SearchAsync(store, 100, seed: 2);
        var times = await SearchAsync(store, Questions, seed: 3);
        Report("hybrid question, one caller, p50 ms", Load.Percentile(times, 0.50), MostMedian);
        Report("hybrid question, one caller, p95 ms", Load.Percentile(times, 0.95), MostP95);
        Report("memory of the vectors, MB", chunks.Count * (double)BytesPerVector / 1e6, MostVectorBytes / 1e6 * Math.Max(1, chunks.Count / 100_000.0));
        Report("working set of the silo, MB", $"{silo.WorkingSet >> 20}");
        Report("recall@10 against exact floats", await RecallAsync(store, files, chunks), LeastRecall, isLeast: true);
        await PublishAsync(store, numbers.Length);
        Console.WriteLine($"| verdict | {(_broken.Count == 0 ? "all bounds are held" : string.Join("; ", _broken))} | |");
        return _broken.Count == 0;
    }

    private async Task<(string Store, Dictionary<string, int> Files, double Seconds)> IngestAsync(string name, int[] numbers)
    {
        var files = new Dictionary<string, int>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(numbers, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) =>
        {
            var id = await calls.UploadAsync($"{number}.md", _corpus.Document(number));
            lock (files)
            {
                files[id] = number;
            }
        });
        var store = await calls.CreateAsync(name);
        var (clock, cpu) = (Stopwatch.StartNew(), silo.Cpu);
        foreach (var batch in files.Keys.Chunk(PerBatch))
        {
            await calls.AddAsync(store, batch);
        }

        while (await calls.CountsAsync(store) is var counts && (counts.InProgress > 0 || counts.Failed > 0))
        {
            if (counts.Failed > 0)
            {
                throw new InvalidOperationException($"{counts.Failed} documents failed.");
            }

            Console.Error.WriteLine(FormattableString.Invariant($"{name}: {counts.Completed} of {numbers.Length} after {clock.Elapsed.TotalSeconds:0.0} s"));
            await Task.Delay(250);
        }

        _ingestionCpu = silo.Cpu - cpu;
        return (store, files, clock.Elapsed.TotalSeconds);
    }

    private async Task<double[]> SearchAsync(string store, int count, int seed)
    {
        var random = new Random(seed);
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            var question = _corpus.Question(random);
            var started = Stopwatch.GetTimestamp();
            var answer = await calls.SearchAsync(store, question);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            Check(answer, 0);
        }

        Array.Sort(times);
        return times;
    }

    // One reader asks without a break while documents are added one by one: each makes a version.
    private async Task PublishAsync(string store, int first)
    {
        var before = (await calls.CountsAsync(store)).Version;
        var files = new List<string>();
        for (var i = 0; i < Published; i++)
        {
            files.Add(await calls.UploadAsync($"{first + i}.md", _corpus.Document(first + i)));
        }

        using var ended = new CancellationTokenSource();
        var (random, times, least) = (new Random(4), new List<double>(), before);
        var reading = Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
            {
                var question = _corpus.Question(random);
                var started = Stopwatch.GetTimestamp();
                var answer = await calls.SearchAsync(store, question);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                least = Check(answer, least);
            }
        });
        foreach (var file in files)
        {
            await calls.AddOneAsync(store, file);
            while ((await calls.CountsAsync(store)).InProgress > 0)
            {
                await Task.Delay(5);
            }
        }

        await ended.CancelAsync();
        await reading;
        var version = (await calls.CountsAsync(store)).Version;
        double[] sorted = [.. times.Order()];
        Report("versions published under one reader, questions it asked", $"{version - before}, {sorted.Length}");
        Report("its p50, p95 ms", $"{Load.Percentile(sorted, 0.50):0.0}, {Load.Percentile(sorted, 0.95):0.0}");
        Report("its longest, ms", sorted[^1], LongestRead);
    }

    private async Task<double> RecallAsync(string store, Dictionary<string, int> files, IReadOnlyList<(int Document, int Index, string Text)> chunks)
    {
        var vectors = new Dictionary<(int Document, int Index), float[]>();
        foreach (var part in chunks.Chunk(2_000))
        {
            var made = await CollectionCorpus.EmbedAsync([.. part.Select(static chunk => chunk.Text)]);
            for (var i = 0; i < part.Length; i++)
            {
                vectors[(part[i].Document, part[i].Index)] = made[i];
            }
        }

        var (random, hits) = (new Random(5), 0);
        for (var i = 0; i < RecallQuestions; i++)
        {
            var question = _corpus.Question(random);
            var answer = await calls.SearchAsync(store, question, byVectorsAlone: true);
            var found = answer["data"]!.AsArray().Select(one => (files[(string)one!["file_id"]!], (int)one["passage"]!["index"]!));
            hits += CollectionCorpus.Hits(vectors, (await CollectionCorpus.EmbedAsync([question]))[0], found);
        }

        return hits / (10.0 * RecallQuestions);
    }

    private static long Check(System.Text.Json.Nodes.JsonObject answer, long least)
    {
        var version = (long)answer["version"]!;
        return (bool)answer["partial"]! || answer["data"]!.AsArray().Count != 10 || version < least
            ? throw new InvalidOperationException($"A read was not whole, or older than the one before: {answer.ToJsonString()}")
            : version;
    }

    private void Report(string what, double value, double bound, bool isLeast = false)
    {
        var isHeld = isLeast ? value >= bound : value <= bound;
        if (!isHeld)
        {
            _broken.Add(what);
        }

        Console.WriteLine(FormattableString.Invariant($"| {what} | {value:#,0.###} | {(isLeast ? "at least" : "at most")} {bound:#,0.##} |"));
    }

    private static void Report(string what, FormattableString value) => Console.WriteLine($"| {what} | {value.ToString(CultureInfo.InvariantCulture)} | |");
}
