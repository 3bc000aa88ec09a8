using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Filters;
using OrleansAi.Knowledge.Vectors;

namespace OrleansAi.Knowledge.Search;

/// <summary>A question to a collection. It is the same for every shard.</summary>
public sealed record SearchRequest
{
    /// <summary>The longest question, in UTF-16 units.</summary>
    public const int LongestText = 16_384;

    /// <summary>The question as text; empty leaves the lexical ranking out.</summary>
    public string Text { get; init; } = "";

    /// <summary>The question's vector; empty leaves the vector ranking out.</summary>
    public ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>What made the vector.</summary>
    public EmbeddingModel? Model { get; init; }

    /// <summary>Which documents are searched.</summary>
    /// <value>Null: all.</value>
    public AttributeFilter? Filter { get; init; }

    /// <summary>How the answer is put together.</summary>
    public RankingOptions Ranking { get; init; } = new();

    /// <summary>Refuses a question that breaks a bound.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>.</exception>
    public void Check()
    {
        Ranking.Check();
        if (Text.Length > LongestText)
        {
            throw new OrleansAiException(
                ErrorCodes.InvalidRequest, $"The question has {Text.Length} characters, the limit is {LongestText}.") { Param = "query" };
        }

        if (Vector.IsEmpty != (Model is null))
        {
            throw new OrleansAiException(ErrorCodes.InvalidRequest, "A vector comes with the model that made it.") { Param = "query" };
        }
    }
}
