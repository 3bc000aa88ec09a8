using System.Text.Json;
using OrleansAi.Contracts.Errors;
using OrleansAi.Knowledge.Filters;
using Xunit;

namespace OrleansAi.Tests.Unit.Knowledge;

/// <summary>OpenAI's filters: what they match, how they are read and what is refused.</summary>
public sealed class FilterTests
{
    private static readonly Dictionary<string, AttributeValue> Attributes = new()
    {
        ["author"] = "Ada",
        ["year"] = 2024,
        ["ratio"] = 0.5,
        ["draft"] = false,
    };

    [Theory]
    [InlineData("""{"type":"eq","key":"author","value":"Ada"}""", true)]
    [InlineData("""{"type":"eq","key":"author","value":"ada"}""", false)]
    [InlineData("""{"type":"eq","key":"year","value":2024.0}""", true)]
    [InlineData("""{"type":"eq","key":"year","value":"2024"}""", false)]
    [InlineData("""{"type":"eq","key":"draft","value":false}""", true)]
    [InlineData("""{"type":"eq","key":"none","value":false}""", false)]
    [InlineData("""{"type":"ne","key":"author","value":"Bob"}""", true)]
    [InlineData("""{"type":"ne","key":"author","value":"Ada"}""", false)]
    [InlineData("""{"type":"ne","key":"none","value":"Ada"}""", true)]
    [InlineData("""{"type":"gt","key":"year","value":2023}""", true)]
    [InlineData("""{"type":"gt","key":"year","value":2024}""", false)]
    [InlineData("""{"type":"gte","key":"year","value":2024}""", true)]
    [InlineData("""{"type":"lt","key":"ratio","value":0.51}""", true)]
    [InlineData("""{"type":"lte","key":"ratio","value":0.5}""", true)]
    [InlineData("""{"type":"lt","key":"author","value":"Bob"}""", true)]
    [InlineData("""{"type":"lt","key":"author","value":3}""", false)]
    [InlineData("""{"type":"gt","key":"none","value":3}""", false)]
    [InlineData("""{"type":"in","key":"year","value":[2023,2024]}""", true)]
    [InlineData("""{"type":"in","key":"year","value":[]}""", false)]
    [InlineData("""{"type":"nin","key":"year","value":[2023]}""", true)]
    [InlineData("""{"type":"nin","key":"year","value":[2024]}""", false)]
    [InlineData("""{"type":"nin","key":"none","value":[2024]}""", true)]
    [InlineData("""{"type":"and","filters":[{"type":"eq","key":"year","value":2024},{"type":"eq","key":"author","value":"Bob"}]}""", false)]
    [InlineData("""{"type":"or","filters":[{"type":"eq","key":"year","value":2024},{"type":"eq","key":"author","value":"Bob"}]}""", true)]
    [InlineData("""{"type":"and","filters":[{"type":"or","filters":[{"type":"eq","key":"x","value":1},{"type":"gt","key":"year","value":1}]}]}""", true)]
    public void Matches_OfEachFilter_IsWhatItSays(string json, bool matches)
    {
        var filter = AttributeFilterReader.Read(JsonElement.Parse(json));

        Assert.Equal(matches, filter.Matches(Attributes));
        Assert.Equal(matches, AttributeFilterReader.Read(JsonElement.Parse(filter.ToJson())).Matches(Attributes));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":"like","key":"a","value":"b"}""")]
    [InlineData("""{"type":"eq","value":"b"}""")]
    [InlineData("""{"type":"eq","key":"","value":"b"}""")]
    [InlineData("""{"type":"eq","key":"a"}""")]
    [InlineData("""{"type":"eq","key":"a","value":null}""")]
    [InlineData("""{"type":"eq","key":"a","value":["b"]}""")]
    [InlineData("""{"type":"in","key":"a","value":"b"}""")]
    [InlineData("""{"type":"in","key":"a","value":[{}]}""")]
    [InlineData("""{"type":"and","filters":[]}""")]
    [InlineData("""{"type":"or"}""")]
    [InlineData("""{"type":"or","filters":[3]}""")]
    public void Read_OfWhatIsNoFilter_IsRefused(string json)
    {
        var exception = Assert.Throws<OrleansAiException>(() => AttributeFilterReader.Read(JsonElement.Parse(json)));

        Assert.Equal((ErrorCodes.InvalidRequest, "filters"), (exception.Code, exception.Param));
    }

    [Fact]
    public void Read_OfTooDeepOrTooWide_IsRefused()
    {
        const string Leaf = """{"type":"eq","key":"a","value":1}""";
        var deep = Leaf;
        for (var i = 0; i < AttributeFilterReader.DeepestNesting; i++)
        {
            deep = $$"""{"type":"and","filters":[{{deep}}]}""";
        }

        var wide = $$"""{"type":"or","filters":[{{string.Join(',', Enumerable.Repeat(Leaf, AttributeFilterReader.MostFilters))}}]}""";

        Assert.Throws<OrleansAiException>(() => AttributeFilterReader.Read(JsonElement.Parse(deep)));
        Assert.Throws<OrleansAiException>(() => AttributeFilterReader.Read(JsonElement.Parse(wide)));
    }

    [Fact]
    public void Check_OfAttributesWithinTheBounds_Passes()
    {
        AttributeRules.Check(Attributes);

        var many = Enumerable.Range(0, 17).ToDictionary(static i => $"k{i}", static i => (AttributeValue)i);
        Assert.Equal("attributes", Assert.Throws<OrleansAiException>(() => AttributeRules.Check(many)).Param);
        Assert.Throws<OrleansAiException>(() => AttributeRules.Check(new Dictionary<string, AttributeValue> { [new string('k', 65)] = 1 }));
        Assert.Throws<OrleansAiException>(() => AttributeRules.Check(new Dictionary<string, AttributeValue> { ["k"] = new string('v', 513) }));
        Assert.Throws<OrleansAiException>(() => AttributeRules.Check(new Dictionary<string, AttributeValue> { ["k"] = double.NaN }));
    }
}
