namespace OrleansAi.Engine.Faults;

/// <summary>Named instants of a turn at which a test can make the process die. Production has none configured.</summary>
public interface IFaultPoints
{
    /// <summary>The process passes a point.</summary>
    void Hit(string point);
}

/// <summary>The points, in the order in which a turn passes them.</summary>
public static class FaultPoint
{
    /// <summary>The turn is about to be admitted.</summary>
    public const string BeforeAdmission = "before-admission";

    /// <summary>The admission is durable, nobody has been told.</summary>
    public const string AfterAdmission = "after-admission";

    /// <summary>The recovery of a run is durable, the run does not run yet.</summary>
    public const string AfterRecovery = "after-recovery";

    /// <summary>The question has its vectors, and that is durable.</summary>
    public const string AfterEmbedding = "after-embedding";

    /// <summary>The passages were found, and that is durable.</summary>
    public const string AfterRetrieval = "after-retrieval";

    /// <summary>The context of a turn with passages is put together, and that is durable.</summary>
    public const string AfterAssembly = "after-assembly";

    /// <summary>The vendor is about to be called.</summary>
    public const string BeforeModel = "before-model";

    /// <summary>A part of the answer has come.</summary>
    public const string DuringModel = "during-model";

    /// <summary>The answer is whole, but only in memory.</summary>
    public const string AfterModel = "after-model";

    /// <summary>The end of the run is durable, nobody has been told.</summary>
    public const string AfterEnd = "after-end";

    /// <summary>A fork is about to become a turn of its conversation.</summary>
    public const string BeforePromotion = "before-promotion";

    /// <summary>A fork has become a turn, and nobody has been told.</summary>
    public const string AfterPromotion = "after-promotion";
}

/// <summary>No fault points.</summary>
public sealed class NoFaultPoints : IFaultPoints
{
    /// <inheritdoc />
    public void Hit(string point)
    {
    }
}
