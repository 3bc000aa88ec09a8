using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansAi.Vendors.WireContracts;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.WireContracts;

/// <summary>What is kept of what was seen first.</summary>
public sealed class FirstSeenRegistryTests : ILogger<FirstSeenRegistry>
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly List<(int Id, string Text)> _lines = [];

    [Fact]
    public void Observe_SameFindingAgain_IsCountedAndNotToldAgain()
    {
        var registry = new FirstSeenRegistry(_time, this);
        var reading = new Exchange("ollama.chat", WireSamples.OllamaText.Replace("\"stop\"", "\"nap\"", StringComparison.Ordinal)).Check();
        for (var i = 0; i < 8; i++)
        {
            registry.Observe("o", "m", "ollama.chat", $"resp_{i / 2}", reading);
            registry.Observe("o", "m", "ollama.chat", $"resp_{i}", reading);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        var record = Assert.Single(registry.List());
        Assert.Equal(("o", "m", "ollama.chat", "ollama.chat.1"), (record.Vendor, record.Model, record.Api, record.Contract));
        Assert.Equal((ContractFindingKind.UnknownValue, "$.done_reason", "nap"), (record.Kind, record.Path, record.Value));
        Assert.Equal((16, FirstSeenRegistry.MostRuns), (record.Count, record.Runs.Count));
        Assert.Equal(record.Runs.Distinct(), record.Runs);
        Assert.Equal(TimeSpan.FromMinutes(7), record.LastSeen - record.FirstSeen);
        Assert.Equal((2102, "o/m ollama.chat: unknown value 'nap' of $.done_reason, first in run resp_0"), Assert.Single(_lines));
    }

    [Fact]
    public void Observe_OtherValueModelOrVendor_IsAnotherRecord()
    {
        var registry = new FirstSeenRegistry(_time, this);
        foreach (var (vendor, model, value) in new[] { ("a", "m", "x"), ("a", "m", "y"), ("a", "n", "x"), ("b", "m", "x") })
        {
            registry.Observe(vendor, model, "ollama.chat", "r", Reading(ContractFindingKind.UnknownValue, "$.p", value));
        }

        Assert.Equal(4, registry.List().Count);
        Assert.Equal(3, registry.List("a").Count);
        Assert.Equal(4, _lines.Count);
    }

    [Fact]
    public void Observe_EveryKind_HasItsLine()
    {
        var registry = new FirstSeenRegistry(_time, this);
        foreach (var kind in Enum.GetValues<ContractFindingKind>())
        {
            registry.Observe("v", "m", "a", "r", Reading(kind, "$.p", "x"));
        }

        Assert.Equal([2101, 2102, 2103, 2104, 2105, 2106, 2107, 2108], _lines.Select(static line => line.Id));
    }

    [Fact]
    public void Observe_MoreThanTheMost_IsOnlyCounted()
    {
        var registry = new FirstSeenRegistry(_time, this);
        Parallel.For(0, FirstSeenRegistry.MostRecords + 50, i => registry.Observe("v", "m", "a", "r", Reading(ContractFindingKind.UnknownField, $"$.f{i}", null)));

        Assert.Equal(FirstSeenRegistry.MostRecords, registry.List().Count);
        Assert.Equal(50, registry.Overflow);
        Assert.Equal(1, _lines.Count(static line => line.Id == 2109));
    }

    [Theory]
    [InlineData("Exact", ContractPolicy.Fail, "Pass")]
    [InlineData("Additive", ContractPolicy.Tolerate, "Pass")]
    [InlineData("Additive", ContractPolicy.Quarantine, "PassMarked")]
    [InlineData("Additive", ContractPolicy.Fail, "Fail")]
    [InlineData("Breaking", ContractPolicy.Tolerate, "Fail")]
    [InlineData("Breaking", ContractPolicy.Quarantine, "Fail")]
    [InlineData("Breaking", ContractPolicy.Fail, "Fail")]
    public void Decide_ByPolicy_IsAsDocumented(string found, ContractPolicy policy, string expected) =>
        Assert.Equal(expected, ContractPolicies.Decide(Enum.Parse<ContractClass>(found), policy).ToString());

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add((eventId.Id, formatter(state, exception)));
        }
    }

    private static ContractReading Reading(ContractFindingKind kind, string path, string? value) => new(
        "a.1",
        ContractClass.Additive,
        [new ContractFinding { Kind = kind, Path = path, Value = value, IsBreaking = false }]);
}
