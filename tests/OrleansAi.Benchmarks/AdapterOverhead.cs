using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpenAI;
using OpenAI.Chat;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Testing;
using OrleansAi.Vendors;

namespace OrleansAi.Benchmarks;

/// <summary>
/// What a call to a vendor costs over the bare SDK, in CPU of this process: adapter, pipeline, capture, contract, sanity
/// checks and drift together. The vendor double runs in a process of its own.
/// </summary>
internal static class AdapterOverhead
{
    private const int Callers = 16;
    private const int Rounds = 5;

    public static async Task RunAsync(double seconds)
    {
        var port = Ports.Free(1)[0];
        var directory = Directory.CreateTempSubdirectory("orleansai-bench-").FullName;
        await using var vendor = await ServerProcess.StartAsync(
            ServerProcess.Assembly("tests", "OrleansAi.VendorDouble"),
            [port.ToString(CultureInfo.InvariantCulture), "0", "250"],
            new Dictionary<string, string>(), null, directory);
        await Eventually.GetAsync(() => Ports.IsListeningAsync(port), static listens => listens, "the vendor double listens");
        var endpoint = new Uri($"http://127.0.0.1:{port}/v1");
        var chat = new ChatClient("m1", new ApiKeyCredential("none"), new OpenAIClientOptions
        {
            Endpoint = endpoint,
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        });
        using var catalog = new VendorCatalog(
            Options.Create(new RoutingOptions
            {
                Vendors = { ["double"] = new VendorOptions { Kind = "openai", Endpoint = endpoint.ToString() } },
            }),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        var invoker = catalog.For("double", "m1");
        var texts = Enumerable.Range(0, 21).Select(static i => $"{i} {new string('x', 250)}").ToList();
        List<ChatMessage> messages = [.. texts.Select(static text => (ChatMessage)new UserChatMessage(text))];
        List<ModelMessage> ours = [.. texts.Select(static text => new ModelMessage { Role = Role.User, Text = text })];
        var ways = new (string Name, Func<Task> Call)[]
        {
            ("bare SDK", async () => Check((await chat.CompleteChatAsync(messages)).Value.Content[0].Text)),
            ("OrleansAi", async () => Check((await invoker.CompleteAsync(Call(ours), CancellationToken.None)).Text)),
            ("bare SDK, streaming", async () =>
            {
                var text = "";
                await foreach (var update in chat.CompleteChatStreamingAsync(messages))
                {
                    text += string.Concat(update.ContentUpdate.Select(static part => part.Text));
                }

                Check(text);
            }),
            ("OrleansAi, streaming", async () =>
            {
                var text = "";
                await foreach (var next in invoker.StreamAsync(Call(ours), CancellationToken.None))
                {
                    text += next.Delta;
                }

                Check(text);
            }),
        };
        foreach (var (_, call) in ways)
        {
            await MeasureAsync(call, TimeSpan.FromSeconds(seconds * 2));
        }

        var figures = ways.ToDictionary(static way => way.Name, static _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, call) in ways)
            {
                figures[name].Add(await MeasureAsync(call, TimeSpan.FromSeconds(seconds)));
            }
        }

        Console.WriteLine("| call | CPU ms/call |");
        Console.WriteLine("|---|---|");
        foreach (var (name, values) in figures)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {Median(values):0.000} |"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nOver the bare SDK: {Median(figures["OrleansAi"]) - Median(figures["bare SDK"]):0.000} ms; streaming {Median(figures["OrleansAi, streaming"]) - Median(figures["bare SDK, streaming"]):0.000} ms."));
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<double> MeasureAsync(Func<Task> call, TimeSpan time)
    {
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var count = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (clock.Elapsed < time)
            {
                await call();
                Interlocked.Increment(ref count);
            }
        }));
        process.Refresh();
        return (process.TotalProcessorTime - cpu).TotalMilliseconds / count;
    }

    private static ModelCall Call(List<ModelMessage> messages) => new()
    {
        RunId = "resp_bench",
        Vendor = "double",
        Model = "m1",
        Messages = messages,
        Sampling = new Sampling(),
        Deadline = TimeProvider.System.GetUtcNow().AddSeconds(60).ToUnixTimeMilliseconds(),
    };

    private static void Check(string text)
    {
        if (text.Length < 100)
        {
            throw new InvalidOperationException($"The answer is '{text}'.");
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
