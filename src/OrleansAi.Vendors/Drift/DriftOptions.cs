using System.ComponentModel.DataAnnotations;

namespace OrleansAi.Vendors.Drift;

/// <summary>The section <c>OrleansAi:Drift</c>.</summary>
public sealed class DriftOptions
{
    /// <summary>The default of <see cref="CallsPerFalseAlarm"/>.</summary>
    public const double DefaultCallsPerFalseAlarm = 100_000;

    /// <value>
    /// The false-alarm budget: how many calls, on average, one signal of one model may go without any change before it alarms all
    /// the same. Every threshold follows from it. The default value is 100,000.
    /// </value>
    [Range(1_000, 1e9)]
    public double CallsPerFalseAlarm { get; set; } = DefaultCallsPerFalseAlarm;
}
