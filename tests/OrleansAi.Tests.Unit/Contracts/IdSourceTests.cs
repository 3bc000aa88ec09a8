using Microsoft.Extensions.Time.Testing;
using OrleansAi.Contracts.Ids;
using Xunit;

namespace OrleansAi.Tests.Unit.Contracts;

/// <summary>Ids.</summary>
public sealed class IdSourceTests
{
    [Fact]
    public void New_LaterIds_SortHigher()
    {
        var time = new FakeTimeProvider();
        var ids = new IdSource(time);
        var made = new List<string>();
        for (var i = 0; i < 500; i++)
        {
            made.Add(ids.New(IdPrefixes.Response));
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(made.Order(StringComparer.Ordinal), made);
        Assert.All(made, static id => Assert.Equal(IdPrefixes.Response.Length + IdSource.Length, id.Length));
        Assert.True(string.CompareOrdinal(IdSource.LowestAt(IdPrefixes.Response, time.GetUtcNow()), made[^1]) > 0);
    }

    [Fact]
    public void New_ManyThreadsInOneMillisecond_NeverRepeats()
    {
        var ids = new IdSource(new FakeTimeProvider());
        var made = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();

        Parallel.For(0, 50_000, _ => Assert.True(made.TryAdd(ids.New("x"), true)));

        Assert.Equal(50_000, made.Count);
    }

    [Fact]
    public void Derive_SameText_GivesTheSameId()
    {
        Assert.Equal(IdSource.Derive("t_", "a"), IdSource.Derive("t_", "a"));
        Assert.NotEqual(IdSource.Derive("t_", "a"), IdSource.Derive("t_", "b"));
    }
}
