using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;
using OrleansAi.Benchmarks;
using OrleansAi.Testing;

if (args is ["baseline", var baselineUrl, var baselineDatabase, var baselineVendor])
{
    await Baseline.RunAsync(baselineUrl, baselineDatabase, baselineVendor);
    return;
}

if (args is ["empty", var emptyUrl])
{
    await EmptyServer.RunAsync(emptyUrl);
    return;
}

if (args is ["adapters", ..])
{
    await AdapterOverhead.RunAsync(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 5);
    return;
}

if (args is ["isolation", ..])
{
    await Isolation.RunAsync(args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 5);
    return;
}

if (args is ["sealing"])
{
    SealingCost.Run();
    return;
}

if (args is ["commit"])
{
    await CommitCost.RunAsync();
    return;
}

if (args is ["knowledge", ..])
{
    KnowledgeSearch.Run();
    return;
}

if (args is ["runs", ..])
{
    Environment.ExitCode = await RunHistory.RunAsync(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 200) ? 0 : 1;
    return;
}

if (args is ["replay"])
{
    Environment.ExitCode = await ReplaySpeed.RunAsync() ? 0 : 1;
    return;
}

if (args is ["recording"])
{
    Environment.ExitCode = await RecordingCost.RunAsync() ? 0 : 1;
    return;
}

if (args is ["hit"])
{
    Environment.ExitCode = await RetrievalHit.RunAsync(ServerProcess.Assembly("silo", "OrleansAi.Silo")) ? 0 : 1;
    return;
}

if (args is ["collections", ..])
{
    var isFast = await CollectionBenchmark.RunAsync(
        args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100_000,
        args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 10);
    Environment.ExitCode = isFast ? 0 : 1;
    return;
}

if (args is ["overload", ..])
{
    var isHeld = await Overload.RunAsync(
        args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 60,
        args.Length > 2 ? double.Parse(args[2], CultureInfo.InvariantCulture) : 4);
    Environment.ExitCode = isHeld ? 0 : 1;
    return;
}

var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 10;
int[] sizes = args.Length > 1 ? [.. args[1].Split(',').Select(static n => int.Parse(n, CultureInfo.InvariantCulture))] : [1, 64, 256];
int[] delays = args.Length > 2 ? [.. args[2].Split(',').Select(static n => int.Parse(n, CultureInfo.InvariantCulture))] : [0, 20];
var rounds = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 3;
var otherSilo = args.Length > 4 ? Path.GetFullPath(args[4]) : null;
var otherSettings = args.Skip(5).Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);
var directory = Directory.CreateTempSubdirectory("orleansai-bench-").FullName;
await using var postgreSql = await PostgreSqlInstance.StartAsync();
var samples = new List<Sample>();
foreach (var delay in delays)
{
    var ports = Ports.Free(8);
    var vendorUrl = $"http://127.0.0.1:{ports[0]}";
    await using var vendor = await ServerProcess.StartAsync(
        ServerProcess.Assembly("tests", "OrleansAi.VendorDouble"),
        [ports[0].ToString(CultureInfo.InvariantCulture), delay.ToString(CultureInfo.InvariantCulture), "250"],
        new Dictionary<string, string>(), null, directory);
    var databases = new Dictionary<string, string>
    {
        ["OrleansAi"] = await postgreSql.CreateDatabaseAsync(),
        ["baseline"] = await postgreSql.CreateDatabaseAsync(),
        ["other"] = await postgreSql.CreateDatabaseAsync(),
    };
    await using var baseline = await ServerProcess.StartAsync(
        "exec",
        [
            "--runtimeconfig", WithDefaultThreadPool(directory),
            "--depsfile", Path.ChangeExtension(typeof(Baseline).Assembly.Location, ".deps.json"),
            typeof(Baseline).Assembly.Location, "baseline", $"http://127.0.0.1:{ports[1]}", databases["baseline"], $"{vendorUrl}/v1",
        ],
        new Dictionary<string, string>(), $"http://127.0.0.1:{ports[1]}/health/ready", directory);
    // A second silo of another build or with other settings, to compare the two within one run.
    await using var other = otherSilo is null ? null : await StartSiloAsync(otherSilo, ports[5], ports[6], ports[7], databases["other"], otherSettings);
    await using var silo = await StartSiloAsync(ServerProcess.Assembly("silo", "OrleansAi.Silo"), ports[2], ports[3], ports[4], databases["OrleansAi"], []);

    Task<ServerProcess> StartSiloAsync(string assembly, int port, int siloPort, int gatewayPort, string database, Dictionary<string, string> settings) => ServerProcess.StartAsync(
        assembly,
        [],
        new Dictionary<string, string>(settings)
        {
            ["urls"] = $"http://127.0.0.1:{port}",
            ["OrleansAi:Storage:Provider"] = "PostgreSql",
            ["OrleansAi:Storage:ConnectionString"] = database,
            ["OrleansAi:Cluster:SiloPort"] = siloPort.ToString(CultureInfo.InvariantCulture),
            ["OrleansAi:Cluster:GatewayPort"] = gatewayPort.ToString(CultureInfo.InvariantCulture),
            ["OrleansAi:Vendors:double:Kind"] = "openai",
            ["OrleansAi:Vendors:double:Endpoint"] = $"{vendorUrl}/v1",
            ["OrleansAi:Models:default:Candidates:0:Vendor"] = "double",
            ["OrleansAi:Models:default:Candidates:0:Model"] = "m1",

            // The baseline sends the last 20 messages and the new one; so does this.
            ["OrleansAi:Conversations:WindowMessages"] = "21",
        },
        $"http://127.0.0.1:{port}/health/ready", directory);
    List<(string Name, ServerProcess Process, HttpClient Http)> servers =
    [
        ("baseline", baseline, Client(ports[1])),
        ("OrleansAi", silo, Client(ports[2])),
    ];
    if (other is not null)
    {
        servers.Add(("other", other, Client(ports[5])));
    }

    foreach (var (name, _, http) in servers)
    {
        await WarmUpAsync(name, http, TimeSpan.FromSeconds(Math.Max(4, seconds / 2)));
    }

    using var vendorClient = Client(ports[0]);
    await Load.RunVendorAsync(vendorClient, 64, TimeSpan.FromSeconds(seconds));
    foreach (var size in sizes)
    {
        var alone = await Load.RunVendorAsync(vendorClient, size, TimeSpan.FromSeconds(seconds));
        samples.Add(SampleOf("vendor alone", size, delay, alone.Latencies, alone.Seconds));
        Console.Error.WriteLine(samples[^1]);

        // In turns, so that a machine that changes its speed changes it for both.
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (name, process, http) in servers)
            {
                var conversations = await ConversationsAsync(name, http, size);
                await Load.RunAsync(http, conversations, TimeSpan.FromSeconds(Math.Max(1, seconds / 4)));
                var (cpu, bytes) = (process.Cpu, await SizeAsync(databases[name]));
                var (latencies, elapsed) = await Load.RunAsync(http, conversations, TimeSpan.FromSeconds(seconds));
                samples.Add(SampleOf(name, size, delay, latencies, elapsed) with
                {
                    CpuPerTurn = (process.Cpu - cpu).TotalMilliseconds / latencies.Length,
                    BytesPerTurn = (await SizeAsync(databases[name]) - bytes) / (double)latencies.Length,
                });
                Console.Error.WriteLine(samples[^1]);
            }
        }
    }
}

Directory.Delete(directory, recursive: true);
Console.WriteLine("| vendor | conversations | server | turns/s | ratio | p50 ms | p95 ms | p99 ms | server CPU ms/turn | bytes/turn |");
Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
foreach (var setting in samples.GroupBy(static sample => (sample.VendorDelay, sample.Conversations)))
{
    var reference = Median(setting.Where(static sample => sample.Server == "baseline"), static sample => sample.TurnsPerSecond);
    foreach (var server in setting.GroupBy(static sample => sample.Server))
    {
        var turns = Median(server, static sample => sample.TurnsPerSecond);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {setting.Key.VendorDelay} ms | {setting.Key.Conversations} | {server.Key} | {turns:0} | {turns / reference:0.00} | {Median(server, static s => s.P50):0.00} | {Median(server, static s => s.P95):0.00} | {Median(server, static s => s.P99):0.00} | {Median(server, static s => s.CpuPerTurn):0.000} | {Median(server, static s => s.BytesPerTurn):0} |"));
    }
}

foreach (var setting in samples.Where(static sample => sample.Conversations == 1).GroupBy(static sample => sample.VendorDelay))
{
    var alone = setting.First(static sample => sample.Server == "vendor alone").P50;
    foreach (var server in setting.Where(static sample => sample.Server != "vendor alone").GroupBy(static sample => sample.Server))
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nAt one conversation {server.Key} adds {Median(server, static s => s.P50) - alone:0.00} ms to the vendor's p50 of {alone:0.00} ms."));
    }
}

// The load must not take processor time from the servers by waiting for it, so its idle workers do not spin; the baseline
// lives in the same assembly and keeps the framework's own setting.
static string WithDefaultThreadPool(string directory)
{
    var config = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(typeof(Baseline).Assembly.Location, ".runtimeconfig.json")))!;
    config["runtimeOptions"]!["configProperties"]!.AsObject().Remove("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit");
    var path = Path.Combine(directory, "baseline.runtimeconfig.json");
    File.WriteAllText(path, config.ToJsonString());
    return path;
}

static Sample SampleOf(string server, int size, int delay, double[] latencies, double elapsed) => new(
    server,
    size,
    delay,
    latencies.Length / elapsed,
    Load.Percentile(latencies, 0.50),
    Load.Percentile(latencies, 0.95),
    Load.Percentile(latencies, 0.99),
    CpuPerTurn: 0,
    BytesPerTurn: 0);

static double Median(IEnumerable<Sample> samples, Func<Sample, double> select)
{
    var values = samples.Select(select).Order().ToArray();
    return values[values.Length / 2];
}

// A .NET server that has not seen enough load runs code that the JIT has not finished with: at least eight rounds, then
// until three in a row have brought less than 3 % over the best before them.
static async Task WarmUpAsync(string name, HttpClient http, TimeSpan round)
{
    var (best, quiet) = (0.0, 0);
    for (var i = 0; i < 20; i++)
    {
        var (latencies, elapsed) = await Load.RunAsync(http, await ConversationsAsync(name, http, 64), round);
        var rate = latencies.Length / elapsed;
        Console.Error.WriteLine($"warm-up of {name}: {rate:0} turns/s");
        quiet = rate < best * 1.03 ? quiet + 1 : 0;
        if (i >= 7 && quiet >= 3)
        {
            return;
        }

        best = Math.Max(best, rate);
    }
}

static HttpClient Client(int port) => new(new SocketsHttpHandler { MaxConnectionsPerServer = 1_000 })
{
    BaseAddress = new Uri($"http://127.0.0.1:{port}"),
};

static async Task<string[]> ConversationsAsync(string server, HttpClient http, int count)
{
    var ids = new string[count];
    for (var i = 0; i < count; i++)
    {
        if (server == "baseline")
        {
            ids[i] = Guid.CreateVersion7().ToString();
            continue;
        }

        using var answer = await http.PostAsync("/v1/conversations", null);
        ids[i] = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!;
    }

    return ids;
}

static async Task<long> SizeAsync(string connectionString)
{
    await using var connection = new NpgsqlConnection(connectionString);
    await connection.OpenAsync();
    await using var command = new NpgsqlCommand("select pg_database_size(current_database())", connection);
    return (long)(await command.ExecuteScalarAsync())!;
}
