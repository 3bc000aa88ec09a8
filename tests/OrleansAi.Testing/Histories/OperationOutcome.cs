namespace OrleansAi.Testing.Histories;

/// <summary>What a caller knows of an operation after it.</summary>
public enum OperationOutcome
{
    /// <summary>It was answered with success.</summary>
    Acknowledged,

    /// <summary>It was refused, and certainly changed nothing.</summary>
    Refused,

    /// <summary>Nobody knows: the connection broke, or nothing came in time. It may take effect at any later time, or never.</summary>
    Unknown,
}
