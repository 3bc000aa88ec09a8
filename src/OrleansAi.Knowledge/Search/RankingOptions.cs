using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Search;

/// <summary>How two rankings become one answer.</summary>
public sealed record RankingOptions
{
    /// <summary>The default of <see cref="MaxResults"/>.</summary>
    public const int DefaultMaxResults = 10;

    /// <summary>The largest <see cref="MaxResults"/>.</summary>
    public const int MostResults = 50;

    /// <summary>The default of <see cref="Candidates"/>.</summary>
    public const int DefaultCandidates = 100;

    /// <summary>The largest <see cref="Candidates"/>.</summary>
    public const int MostCandidates = 1_000;

    /// <summary>The default of <see cref="RankConstant"/>.</summary>
    public const int DefaultRankConstant = 10;

    /// <summary>The most passages of an answer, <c>max_num_results</c>.</summary>
    /// <value>The default value is 10; from 1 to 50.</value>
    public int MaxResults { get; init; } = DefaultMaxResults;

    /// <summary>How many passages of each ranking are looked at.</summary>
    /// <value>The default value is 100; from <see cref="MaxResults"/> to 1,000.</value>
    public int Candidates { get; init; } = DefaultCandidates;

    /// <summary>The constant of reciprocal-rank fusion: the larger, the less the first places count.</summary>
    /// <value>The default value is 10; from 1 to 1,000. 60, which is often seen, was chosen for many rankings that are merged; of two it makes nearly a vote without ranks.</value>
    public int RankConstant { get; init; } = DefaultRankConstant;

    /// <summary>What a place in the lexical ranking counts, <c>hybrid_search.text_weight</c>.</summary>
    /// <value>The default value is 1; from 0 to 100.</value>
    public float LexicalWeight { get; init; } = 1;

    /// <summary>What a place in the vector ranking counts, <c>hybrid_search.embedding_weight</c>.</summary>
    /// <value>The default value is 1; from 0 to 100.</value>
    public float VectorWeight { get; init; } = 1;

    /// <summary>The least score of a passage, <c>score_threshold</c>; 1 is the first place in every ranking.</summary>
    /// <value>The default value is 0; from 0 to 1.</value>
    public float ScoreThreshold { get; init; }

    /// <summary>The least cosine with which a passage is in the vector ranking at all.</summary>
    /// <value>The default value is -1: any; from -1 to 1.</value>
    public float MinSimilarity { get; init; } = -1;

    /// <summary>The most passages of one document.</summary>
    /// <value>Null: any number.</value>
    public int? MaxPerDocument { get; init; }

    /// <summary>
    /// How much a passage's own score counts against its likeness to those before it (maximal marginal relevance): 1 is the score alone.
    /// </summary>
    /// <value>Null: likeness is not looked at; from 0 to 1.</value>
    public float? Diversity { get; init; }

    /// <summary>Refuses options that break a bound.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>.</exception>
    public void Check()
    {
        Require(MaxResults is >= 1 and <= MostResults, $"'max_num_results' is {MaxResults}; it is from 1 to {MostResults}.", "max_num_results");
        Require(
            Candidates >= MaxResults && Candidates <= MostCandidates,
            $"{Candidates} candidates are asked for; their number is from 'max_num_results' to {MostCandidates}.");
        Require(RankConstant is >= 1 and <= 1_000, $"The rank constant is {RankConstant}; it is from 1 to 1,000.");
        Require(
            LexicalWeight is >= 0 and <= 100 && VectorWeight is >= 0 and <= 100 && LexicalWeight + VectorWeight > 0,
            "The weights of the rankings are from 0 to 100, and not both 0.");
        Require(ScoreThreshold is >= 0 and <= 1, "'score_threshold' is from 0 to 1.");
        Require(MinSimilarity is >= -1 and <= 1, "The least similarity is from -1 to 1.");
        Require(MaxPerDocument is null or >= 1, "The most passages of a document are at least 1.");
        Require(Diversity is null or (>= 0 and <= 1), "The diversity is from 0 to 1.");
    }

    private static void Require(bool isGood, string message, string parameter = "ranking_options")
    {
        if (!isGood)
        {
            throw new OrleansAiException(ErrorCodes.InvalidRequest, message) { Param = parameter };
        }
    }
}
