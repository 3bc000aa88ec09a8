namespace OrleansAi.Contracts.Telemetry;

/// <summary>A part of the process where new work may have to stand in line.</summary>
public interface ILoadSignal
{
    /// <summary>How long what comes now has to wait, as far as can be told; zero when nothing waits.</summary>
    TimeSpan Wait { get; }
}
