using System.Text;
using OrleansAi.Vendors.WireContracts;
using Xunit;

namespace OrleansAi.Tests.Unit.Vendors.WireContracts;

/// <summary>The documents, and which of them is for whom.</summary>
public sealed class WireContractCatalogTests
{
    [Fact]
    public void All_Documents_LoadAndAreNamedAsTheirFiles()
    {
        var files = typeof(WireContract).Assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith("WireContracts/", StringComparison.Ordinal))
            .Select(static name => name["WireContracts/".Length..^".json".Length])
            .Order(StringComparer.Ordinal);

        Assert.Equal(files, WireContractCatalog.Default.All.Select(static contract => contract.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["anthropic.messages", "azure-openai.chat", "gemini.generate-content", "ollama.chat", "openai.chat", "openai.responses"],
            WireContractCatalog.Default.All.Select(static contract => contract.Api).Distinct().Order(StringComparer.Ordinal));
        Assert.All(WireContractCatalog.Default.All, static contract => Assert.NotEmpty(contract.Source));
    }

    [Fact]
    public void Find_SeveralDocuments_TakesTheClosestAndThenTheLatest()
    {
        var catalog = new WireContractCatalog(
            [Document(1, null), Document(2, null), Document(1, "llama*"), Document(3, "llama4*"), Document(9, "gemma")]);

        Assert.Equal(2, catalog.Find("a", "qwen")?.Version);
        Assert.Equal(1, catalog.Find("a", "llama3")?.Version);
        Assert.Equal(3, catalog.Find("a", "llama4-scout")?.Version);
        Assert.Equal(9, catalog.Find("a", "gemma")?.Version);
        Assert.Null(catalog.Find("b", "qwen"));
    }

    [Theory]
    [InlineData("""{"type":"object","patternProperties":{}}""")]
    [InlineData("""{"type":"object","properties":{},"required":["x"]}""")]
    [InlineData("""{"type":"text"}""")]
    [InlineData("""{"$ref":"https://example.com/other"}""")]
    public void Parse_OutsideOfTheSubset_Throws(string schema) =>
        Assert.Throws<InvalidOperationException>(() => Document(1, null, schema));

    [Fact]
    public void Classify_UnionWithoutTypes_TakesTheFirstThatFits()
    {
        var contract = Document(1, null, """
            {"oneOf":[{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]},
                      {"type":"object","properties":{"b":{"type":"integer"}},"required":["b"]},
                      {"type":"array","items":{"type":"integer"}},{"type":"array","items":{"type":"string"}}]}
            """);

        Assert.Equal(ContractClass.Exact, contract.Classify("{\"a\":1}"u8).Class);
        Assert.Equal(ContractClass.Exact, contract.Classify("{\"b\":1}"u8).Class);
        Assert.Equal(ContractClass.Exact, contract.Classify("[1]"u8).Class);
        Assert.Equal(ContractClass.Exact, contract.Classify("[\"x\"]"u8).Class);
        Assert.Equal(["WrongType $ boolean, not Array, Object"], WireContractTests.Show(contract.Classify("true"u8)));
        Assert.Equal(ContractClass.Breaking, contract.Classify("{\"c\":1}"u8).Class);
    }

    [Fact]
    public void Classify_Maps_HaveNoNamesInPaths()
    {
        var contract = Document(1, null, """{"type":"object","additionalProperties":{"type":["string","null"]}}""");

        Assert.Equal(ContractClass.Exact, contract.Classify("{\"a\":\"x\",\"b\":null}"u8).Class);
        Assert.Equal(["WrongType $.* number, not Null, String"], WireContractTests.Show(contract.Classify("{\"customer7\":1,\"customer8\":2}"u8)));
    }

    [Fact]
    public void Classify_SchemaThatRefersToItself_IsFollowed()
    {
        var contract = WireContract.Parse(Encoding.UTF8.GetBytes("""
            {"api":"a","version":1,"source":"s","stream":"sse","servedModel":[],"headers":{"known":[],"ignored":[]},"response":{"$ref":"#/$defs/Tree"},
             "$defs":{"Tree":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/Tree"},{"type":"null"}]}}}}}
            """));

        Assert.Equal(
            ["UnknownField $.next.next.x number"],
            WireContractTests.Show(contract.Classify("{\"next\":{\"next\":{\"x\":1,\"next\":null}}}"u8)));
        var deep = string.Concat(Enumerable.Repeat("{\"next\":", 400)) + "null" + new string('}', 400);
        Assert.Equal(ContractClass.Exact, contract.Classify(Encoding.UTF8.GetBytes(deep)).Class);
    }

    private static WireContract Document(int version, string? models, string schema = "true") => WireContract.Parse(Encoding.UTF8.GetBytes($$"""
        {"api":"a","version":{{version}},"source":"s","stream":"sse",{{(models is null ? "" : $"\"models\":[\"{models}\"],")}}
         "servedModel":["/model"],"headers":{"known":[],"ignored":[]},"response":{{schema}},"event":true,"$defs":{} }
        """));
}
