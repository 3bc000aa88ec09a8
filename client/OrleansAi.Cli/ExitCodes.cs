namespace OrleansAi.Cli;

/// <summary>What the tool tells a pipeline. Documented in docs/cli.md: never change one.</summary>
internal static class ExitCodes
{
    /// <summary>It was done, and nothing was found against it.</summary>
    public const int Ok = 0;

    /// <summary>It was not done.</summary>
    public const int Failed = 1;

    /// <summary>It is not known what is wanted.</summary>
    public const int Usage = 2;

    /// <summary>It was done, and something was found: a divergence, an injury, a candidate that is worse.</summary>
    public const int Found = 3;

    /// <summary>The server does not have what is asked for.</summary>
    public const int Unsupported = 4;

    /// <summary>The server could not be reached.</summary>
    public const int Unreachable = 5;

    /// <summary>Somebody interrupted it.</summary>
    public const int Interrupted = 130;
}
