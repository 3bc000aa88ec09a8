using OrleansAi.Access.Keys;
using Xunit;

namespace OrleansAi.Tests.Unit.Access;

public sealed class KeyTextTests
{
    [Fact]
    public void Make_ManyTimes_EveryKeyHasItsFormAndNoSecretComesTwice()
    {
        var made = Enumerable.Range(0, 200).Select(static _ => KeyText.Make()).ToArray();

        Assert.All(made, static key =>
        {
            Assert.StartsWith($"oai_sk_{key.Id}_", key.Text, StringComparison.Ordinal);
            Assert.Equal(8, key.Id.Length);
            Assert.Equal(key.Id, KeyText.IdOf(key.Text));

            // 43 characters of base64url are 256 bits.
            Assert.Equal(43, key.Text.Length - "oai_sk_".Length - 8 - 1);
        });
        Assert.Equal(made.Length, made.Select(static key => key.Text[^43..]).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sk-1234")]
    [InlineData("oai_sk_")]
    [InlineData("oai_sk_abcdefgh_short")]
    [InlineData("oai_sk_abcdefghXaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("xai_sk_abcdefgh_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void IdOf_TextOfAnotherForm_IsEmpty(string text) => Assert.Equal("", KeyText.IdOf(text));

    [Fact]
    public void Hash_OtherSecretOrOtherText_IsAnother()
    {
        var (one, other) = (new KeyHasher(new string('a', 32)), new KeyHasher(new string('b', 32)));

        Assert.Equal(32, one.Hash("x").Length);
        Assert.Equal(one.Hash("x"), one.Hash("x"));
        Assert.NotEqual(one.Hash("x"), one.Hash("y"));
        Assert.NotEqual(one.Hash("x"), other.Hash("x"));
    }
}
