using OrleansAi.Testing;
using OrleansAi.VendorSimulator;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>A silo whose vendors are the simulator's; as the fixture of a class, one for all its tests.</summary>
public sealed class SimulatedSilo : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("orleansai-simulated-").FullName;
    private Simulator? _simulator;
    private SiloProcess? _silo;
    private Func<SimulatedCall, Reply>? _respond;

    internal Simulator Simulator => _simulator!;

    internal HttpClient Http => _silo!.Http;

    /// <summary>Starts it, or makes the vendors answer as they did at first when it runs already.</summary>
    /// <param name="configure">Adds the vendors and routes, which may ask for <see cref="Simulator"/>.</param>
    public async Task BeginAsync(Action<Dictionary<string, string>> configure)
    {
        if (_silo is not null)
        {
            _simulator!.Respond = _respond!;
            return;
        }

        _simulator = await Simulator.StartAsync();
        var ports = Ports.Free(3);
        var settings = new Dictionary<string, string>
        {
            ["urls"] = $"http://127.0.0.1:{ports[0]}",
            ["OrleansAi:Cluster:SiloPort"] = $"{ports[1]}",
            ["OrleansAi:Cluster:GatewayPort"] = $"{ports[2]}",
        };
        configure(settings);
        _respond = _simulator.Respond;
        _silo = await SiloProcess.StartAsync(Deployment.SiloAssembly, _directory, settings);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }

        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }
}
