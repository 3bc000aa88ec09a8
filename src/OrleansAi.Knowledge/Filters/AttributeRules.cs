using OrleansAi.Contracts.Errors;

namespace OrleansAi.Knowledge.Filters;

/// <summary>The bounds of a document's attributes, those of OpenAI's API.</summary>
public static class AttributeRules
{
    /// <summary>The most attributes of a document.</summary>
    public const int MostAttributes = 16;

    /// <summary>The longest name.</summary>
    public const int LongestKey = 64;

    /// <summary>The longest text.</summary>
    public const int LongestText = 512;

    /// <summary>Refuses attributes that break a bound.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidRequest"/>; its parameter is <c>attributes</c>.</exception>
    public static void Check(IReadOnlyDictionary<string, AttributeValue> attributes)
    {
        var isGood = attributes.Count <= MostAttributes && attributes.All(static attribute =>
            attribute.Key.Length is > 0 and <= LongestKey && attribute.Value.Text.Length <= LongestText && double.IsFinite(attribute.Value.Number));
        if (!isGood)
        {
            throw new OrleansAiException(
                ErrorCodes.InvalidRequest,
                $"A document has at most {MostAttributes} attributes with names of 1 to {LongestKey} characters, texts of at most {LongestText} and finite numbers.")
            {
                Param = "attributes",
            };
        }
    }
}
