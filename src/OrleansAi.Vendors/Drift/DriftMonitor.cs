using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Vendors.Drift;

/// <summary>What one answer says about its vendor.</summary>
internal readonly record struct DriftSample
{
    public required string RunId { get; init; }

    public bool? IsExact { get; init; }

    public bool? ToolArgumentsValid { get; init; }

    public bool? FenceWrapped { get; init; }

    public bool? Refused { get; init; }

    public bool? Truncated { get; init; }

    public double? TokenRatio { get; init; }

    public int? OutputCharacters { get; init; }

    public double? LatencyMilliseconds { get; init; }
}

/// <summary>A change in a vendor's answers.</summary>
internal sealed record DriftAlarm
{
    public required string Vendor { get; init; }

    public required string Model { get; init; }

    public required string Signal { get; init; }

    public required double Before { get; init; }

    public required double After { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required DateTimeOffset RaisedAt { get; init; }

    public required IReadOnlyList<string> Runs { get; init; }
}

/// <summary>How a signal stands.</summary>
internal sealed record SignalState(string Name, double? Baseline, double? Recent, long Count, string State);

/// <summary>
/// Watches the answers of every model for changes that no schema shows. Each signal is a sequential change-point test whose
/// threshold follows from the false-alarm budget. Safe for many threads; bounded in the number of models.
/// </summary>
internal sealed partial class DriftMonitor(DriftOptions options, TimeProvider time, ILogger<DriftMonitor> logger)
{
    /// <summary>How often a signal that comes and goes is told of in the log: under load a latency does so many times in a second.</summary>
    internal static readonly TimeSpan LogPeriod = TimeSpan.FromMinutes(1);

    private const int MostModels = 1_000;

    private static readonly Counter<long> Raised = TelemetrySources.Meter.CreateCounter<long>(
        "orleansai.vendor.drift.alarms", "{alarm}", "Changes found in vendors' answers.");

    private readonly ConcurrentDictionary<(string Vendor, string Model), Series> _series = new();

    /// <summary>What is wrong now.</summary>
    public IReadOnlyList<DriftAlarm> Alarms => [.. _series.SelectMany(static pair => pair.Value.Alarms())];

    /// <summary>Takes an answer in.</summary>
    public void Observe(string vendor, string model, in DriftSample sample)
    {
        if (!_series.TryGetValue((vendor, model), out var series))
        {
            if (_series.Count >= MostModels)
            {
                return;
            }

            series = _series.GetOrAdd((vendor, model), static (key, self) => new Series(key.Vendor, key.Model, self), this);
        }

        series.Observe(sample, time.GetUtcNow());
    }

    /// <summary>How the signals of a model stand; empty for a model that was never called.</summary>
    public IReadOnlyList<SignalState> Signals(string vendor, string model) =>
        _series.TryGetValue((vendor, model), out var series) ? series.States() : [];

    /// <summary>Takes the present level of a signal for the usual one.</summary>
    public void Accept(string vendor, string model, string signal)
    {
        if (_series.TryGetValue((vendor, model), out var series))
        {
            series.Accept(signal);
        }
    }

    private sealed class Series(string vendor, string model, DriftMonitor owner)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, DriftAlarm> _alarms = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (DateTimeOffset At, bool IsRaised)> _told = new(StringComparer.Ordinal);
        private readonly Signal _contract = owner.Rate("contract_not_exact");
        private readonly Signal _arguments = owner.Rate("tool_arguments_invalid");
        private readonly Signal _fences = owner.Rate("fence_wrapped");
        private readonly Signal _refusals = owner.Rate("refused");
        private readonly Signal _truncations = owner.Rate("truncated");
        private readonly Signal _tokens = owner.Level("token_ratio", 1.05);
        private readonly Signal _length = owner.Level("output_length", 1.25);
        private readonly Signal _latency = owner.Level("latency_ms", 1.5, isUpOnly: true);

        private bool _hasBegun;

        private IEnumerable<Signal> All => [_contract, _arguments, _fences, _refusals, _truncations, _tokens, _length, _latency];

        public void Observe(in DriftSample sample, DateTimeOffset now)
        {
            lock (_lock)
            {
                Begin();
                Take(_contract, sample.IsExact is { } exact ? (exact ? 0 : 1) : null, sample.RunId, now);
                Take(_arguments, sample.ToolArgumentsValid is { } valid ? (valid ? 0 : 1) : null, sample.RunId, now);
                Take(_fences, sample.FenceWrapped is { } wrapped ? (wrapped ? 1 : 0) : null, sample.RunId, now);
                Take(_refusals, sample.Refused is { } refused ? (refused ? 1 : 0) : null, sample.RunId, now);
                Take(_truncations, sample.Truncated is { } truncated ? (truncated ? 1 : 0) : null, sample.RunId, now);
                Take(_tokens, sample.TokenRatio, sample.RunId, now);
                Take(_length, sample.OutputCharacters, sample.RunId, now);
                Take(_latency, sample.LatencyMilliseconds, sample.RunId, now);
            }
        }

        public IReadOnlyList<DriftAlarm> Alarms()
        {
            lock (_lock)
            {
                return [.. _alarms.Values];
            }
        }

        public IReadOnlyList<SignalState> States()
        {
            lock (_lock)
            {
                return [.. All.Select(static signal => new SignalState(
                    signal.Name,
                    signal.Baseline,
                    signal.Recent,
                    signal.Count,
                    signal.IsAlarmed ? "alarm" : signal.Baseline is null ? "learning" : "steady"))];
            }
        }

        public void Accept(string name)
        {
            lock (_lock)
            {
                All.FirstOrDefault(signal => signal.Name == name)?.Accept();
                _alarms.Remove(name);
                TellEnded(name);
            }
        }

        private void Take(Signal signal, double? value, string runId, DateTimeOffset now)
        {
            if (value is not { } number)
            {
                return;
            }

            switch (signal.Observe(number, runId, now))
            {
                case true:
                    var alarm = _alarms[signal.Name] = new DriftAlarm
                    {
                        Vendor = vendor,
                        Model = model,
                        Signal = signal.Name,
                        Before = signal.Baseline ?? 0,
                        After = signal.Changed,
                        Since = signal.Since,
                        RaisedAt = now,
                        Runs = signal.Runs(),
                    };
                    Count(1, signal);
                    Tell(alarm, now);
                    break;
                case false:
                    _alarms.Remove(signal.Name);
                    TellEnded(signal.Name);
                    break;
                case null when signal.IsAlarmed:
                    Tell(_alarms[signal.Name], now);
                    break;
            }
        }

        // An alert on the growth of a counter that begins with its first alarm would miss that alarm.
        private void Begin()
        {
            if (_hasBegun)
            {
                return;
            }

            _hasBegun = true;
            foreach (var signal in All)
            {
                Count(0, signal);
            }
        }

        private void Count(int alarms, Signal signal) => Raised.Add(
            alarms,
            new(TelemetryNames.Vendor, vendor),
            new(TelemetryNames.GenAiRequestModel, model),
            new KeyValuePair<string, object?>("orleansai.vendor.drift.signal", signal.Name));

        // One line a period for each signal. An alarm that comes again sooner gets its line when it still stands after that.
        private void Tell(DriftAlarm alarm, DateTimeOffset now)
        {
            var told = _told.GetValueOrDefault(alarm.Signal);
            if (!told.IsRaised && now - told.At >= LogPeriod)
            {
                _told[alarm.Signal] = (now, true);
                owner.LogRaised(vendor, model, alarm.Signal, alarm.Before, alarm.After, alarm.Since);
            }
        }

        private void TellEnded(string name)
        {
            if (_told.GetValueOrDefault(name) is { IsRaised: true } told)
            {
                _told[name] = told with { IsRaised = false };
                owner.LogEnded(vendor, model, name);
            }
        }
    }

    private RateSignal Rate(string name) => new(name, options.CallsPerFalseAlarm);

    private LevelSignal Level(string name, double leastRatio, bool isUpOnly = false) =>
        new(name, options.CallsPerFalseAlarm, leastRatio, isUpOnly);

    [LoggerMessage(2201, LogLevel.Warning, "{Vendor}/{Model}: {Signal} has changed from {Before} to {After} since {Since}.")]
    private partial void LogRaised(string vendor, string model, string signal, double before, double after, DateTimeOffset since);

    [LoggerMessage(2202, LogLevel.Information, "{Vendor}/{Model}: {Signal} is as usual again.")]
    private partial void LogEnded(string vendor, string model, string signal);
}
