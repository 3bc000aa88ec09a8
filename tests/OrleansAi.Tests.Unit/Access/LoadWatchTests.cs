using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansAi.Access.Load;
using Xunit;

namespace OrleansAi.Tests.Unit.Access;

/// <summary>Waiting for the next look at the load.</summary>
public sealed class LoadWatchTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task NextLook_Comes_ForAllWhoWait()
    {
        using var watch = Watch();
        Task[] waiting = [watch.NextLookAsync(), watch.NextLookAsync()];
        Assert.All(waiting, static one => Assert.False(one.IsCompleted));

        _time.Advance(TimeSpan.FromMilliseconds(10));

        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(watch.NextLookAsync().IsCompleted);
    }

    [Fact]
    public async Task Dispose_LetsNobodyWait()
    {
        var watch = Watch();
        var before = watch.NextLookAsync();
        watch.Dispose();

        await before.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(watch.NextLookAsync().IsCompletedSuccessfully);
    }

    private LoadWatch Watch() => new(Options.Create(new LoadOptions()), [], _time);
}
