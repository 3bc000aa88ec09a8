namespace OrleansAi.Contracts.Comparison;

/// <summary>
/// The closed list of what runs may differ in. The order is that of causes: what stands earlier may bring about what stands
/// later. What each is and how it is called stands in <see cref="FactorKinds"/>.
/// </summary>
[GenerateSerializer]
[Alias("orleansai.factor-kind")]
public enum FactorKind
{
    /// <summary>The silo that carried the run out.</summary>
    Silo,

    /// <summary>The API that the run came through.</summary>
    Api,

    /// <summary>The route that was asked for.</summary>
    Route,

    /// <summary>The vendor and model that prompt assembly chose.</summary>
    RequestedModel,

    /// <summary>The instructions, by hash.</summary>
    Instructions,

    /// <summary>The temperature.</summary>
    Temperature,

    /// <summary>The mass of likely tokens that are drawn from.</summary>
    TopP,

    /// <summary>The most tokens that the model may write.</summary>
    MaxOutputTokens,

    /// <summary>The penalties of repetition.</summary>
    Penalties,

    /// <summary>The texts at which the model stops, by hash.</summary>
    Stop,

    /// <summary>The seed.</summary>
    Seed,

    /// <summary>The functions that the model may call, by hash.</summary>
    Tools,

    /// <summary>Whether, what and how many functions the model may call.</summary>
    ToolChoice,

    /// <summary>The form that the answer must have, by hash.</summary>
    OutputFormat,

    /// <summary>How much the model shall think, and how it shall sum that up.</summary>
    Reasoning,

    /// <summary>How wordy the answer shall be.</summary>
    Verbosity,

    /// <summary>Whether the vendor was asked for a stream.</summary>
    Stream,

    /// <summary>Whether the caller waited.</summary>
    Background,

    /// <summary>What kinds of things the input consists of.</summary>
    InputKind,

    /// <summary>How long the input is, as a class.</summary>
    InputLength,

    /// <summary>How much history was taken, as a class.</summary>
    HistoryLength,

    /// <summary>How often the run was recovered.</summary>
    Recoveries,

    /// <summary>Whether a further candidate of the route answered.</summary>
    Fallback,

    /// <summary>The vendor that answered.</summary>
    AnsweringVendor,

    /// <summary>The model that the vendor says answered.</summary>
    ServedModel,

    /// <summary>The vendor's fingerprint of what answered.</summary>
    Fingerprint,

    /// <summary>How the raw answer stands to the vendor's contract.</summary>
    Contract,

    /// <summary>How many calls to vendors were made.</summary>
    Attempts,

    /// <summary>The build that carried the run out.</summary>
    Build,

    /// <summary>What was configured of vendors, routes and conversations.</summary>
    Configuration,

    /// <summary>The collections that were searched, with the versions that were used.</summary>
    Collections,

    /// <summary>Whether the run is a fork.</summary>
    Fork,
}
