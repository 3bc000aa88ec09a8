using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.VectorStores;

/// <summary>OpenAI's ranking options.</summary>
internal readonly record struct RankingFields(string? Ranker, float ScoreThreshold, float? VectorWeight, float? LexicalWeight)
{
    private const double LargestWeight = 100;

    // There is one way of ranking here, and no second model that would put it in another order: whichever ranker is named, it is that.
    public static RankingFields Read(JsonFields fields, string field)
    {
        if (fields.Object(field) is not { } ranking)
        {
            return default;
        }

        var ranker = ranking.Choice("ranker", "auto", "none", "default-2024-11-15");
        var threshold = (float)(ranking.Number("score_threshold", 0, 1) ?? 0);
        var hybrid = ranking.Object("hybrid_search");
        ranking.Done();
        if (hybrid is null)
        {
            return new RankingFields(ranker, threshold, null, null);
        }

        var vector = hybrid.Number("embedding_weight", 0, LargestWeight) ?? throw VectorStoreFields.Required(hybrid, "embedding_weight");
        var lexical = hybrid.Number("text_weight", 0, LargestWeight) ?? throw VectorStoreFields.Required(hybrid, "text_weight");
        hybrid.Done();
        var name = ranking.Name("hybrid_search");
        return (float)vector + (float)lexical > 0
            ? new RankingFields(ranker, threshold, (float)vector, (float)lexical)
            : throw new OrleansAiException(ErrorCodes.InvalidRequest, $"'{name}' has two weights of 0; one must be larger.") { Param = name };
    }
}
