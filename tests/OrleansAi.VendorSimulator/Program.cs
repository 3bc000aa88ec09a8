using OrleansAi.VendorSimulator;

// dotnet run --project tests/OrleansAi.VendorSimulator -- --port 5090 --script script.json --seed 7
var arguments = new ConfigurationBuilder().AddCommandLine(args).Build();
await using var simulator = await Simulator.StartAsync(arguments.GetValue("port", 5090));
simulator.KeepsCalls = false;
if (arguments["script"] is { } script)
{
    simulator.Respond = GameDay.Load(script, arguments.GetValue("seed", 1)).Respond;
}

foreach (var wire in Enum.GetValues<Wire>())
{
    Console.WriteLine($"{wire,-16} {simulator.EndpointOf(wire)}");
}

await simulator.WaitForShutdownAsync();
