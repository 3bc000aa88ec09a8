namespace OrleansAi.Contracts.Runs;

/// <summary>A kind of step. The numbers are stored: never change one.</summary>
[GenerateSerializer]
[Alias("orleansai.stage")]
public enum Stage
{
    /// <summary>The request was made durable.</summary>
    Admission = 0,

    /// <summary>Instructions, history and message became a model request.</summary>
    PromptAssembly = 1,

    /// <summary>A vendor was called.</summary>
    ModelExecution = 2,

    /// <summary>The outcome was made durable.</summary>
    Completion = 3,

    /// <summary>The question became a vector, and the versions of the collections were confirmed.</summary>
    Embedding = 4,

    /// <summary>Collections were searched.</summary>
    Retrieval = 5,

    /// <summary>Calls of functions were answered from a record.</summary>
    ToolExecution = 10,
}
