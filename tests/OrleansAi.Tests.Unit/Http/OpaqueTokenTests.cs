using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Http.Requests;
using Xunit;

namespace OrleansAi.Tests.Unit.Http;

public sealed class OpaqueTokenTests
{
    [Fact]
    public void Tokens_SentBackAsTheyCame_AreRead()
    {
        ItemOrigin[] origins = [new() { Vendor = "v", Kind = "thinking", Id = "i", Opaque = "x", Length = 3 }];

        Assert.Equal(origins, OpaqueToken.ReadOrigins(OpaqueToken.Write(origins)!, "t"));
        Assert.Equal("sum ⚡", OpaqueToken.ReadCompaction(OpaqueToken.WriteCompaction("sum ⚡"), "t").Parts[0].Text);
    }

    [Fact]
    public void Token_ChangedAtAnyPlace_IsRefused()
    {
        var token = OpaqueToken.WriteCompaction("the summary");
        for (var i = 0; i < token.Length; i++)
        {
            var changed = $"{token[..i]}{(token[i] == 'A' ? 'B' : 'A')}{token[(i + 1)..]}";
            Assert.Equal(ErrorCodes.InvalidRequest, Assert.Throws<OrleansAiException>(() => OpaqueToken.ReadCompaction(changed, "t")).Code);
        }

        Assert.Throws<OrleansAiException>(() => OpaqueToken.ReadCompaction(token[..^4], "t"));
        Assert.Throws<OrleansAiException>(() => OpaqueToken.ReadCompaction("oaic2.", "t"));
    }
}
