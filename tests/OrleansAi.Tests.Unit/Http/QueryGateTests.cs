using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Requests;
using Xunit;

namespace OrleansAi.Tests.Unit.Http;

public sealed class QueryGateTests
{
    private static readonly string[] Known = ["after", "limit", QueryGate.Include, QueryGate.Metadata];

    [Theory]
    [InlineData("?after=a&limit=1")]
    [InlineData("?include=a&include=b&include[]=c&include[]=d")]
    [InlineData("?metadata[a]=1&metadata[b]=2")]
    [InlineData("?after=%E6%9D%B1")]
    public void Check_WhatIsRead_Passes(string query) => QueryGate.Check(Query(query), Known);

    [Theory]
    [InlineData("?order=asc", "order")]
    [InlineData("?metadata=a", "metadata")]
    [InlineData("?metadata[a=b", "metadata[a")]
    [InlineData("?limit[]=1", "limit[]")]
    [InlineData("?after=a&after=b", "after")]
    [InlineData("?metadata[a]=1&metadata[a]=2", "metadata[a]")]
    [InlineData("?after=%00", "after")]
    [InlineData("?metadata[a]=%0a", "metadata[a]")]
    public void Check_AnythingElse_IsRefusedByName(string query, string param)
    {
        var error = Assert.Throws<OrleansAiException>(() => QueryGate.Check(Query(query), Known));

        Assert.Equal((ErrorCodes.InvalidRequest, param), (error.Code, error.Param));
    }

    [Fact]
    public void Check_LongValue_IsRefused() =>
        Assert.Throws<OrleansAiException>(() => QueryGate.Check(Query($"?after={new string('a', 513)}"), Known));

    [Fact]
    public void Pairs_OfMetadata_HaveTheirKeys() => Assert.Equal(
        [KeyValuePair.Create("a", "1"), KeyValuePair.Create("b c", "2")], QueryGate.Pairs(Query("?limit=1&metadata[a]=1&metadata[b%20c]=2")));

    private static QueryCollection Query(string text) => new(QueryHelpers.ParseQuery(text));
}
