using Microsoft.Extensions.Time.Testing;
using OrleansAi.Access.Load;
using Xunit;

namespace OrleansAi.Tests.Unit.Access;

public sealed class LoadLimitTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(4);
    private readonly FakeTimeProvider _time = new();
    private readonly LoadLimit _limit;

    public LoadLimitTests() => _limit = new LoadLimit(_time);

    [Fact]
    public void Observe_OneLongPause_LimitsNothing()
    {
        Enter(10_000);
        Observe(isAbove: true, TimeSpan.FromMilliseconds(150));
        Observe(isAbove: false, TimeSpan.FromMilliseconds(50));

        Assert.True(_limit.TryEnter());
        Assert.Equal(int.MaxValue, _limit.Limit);
    }

    [Fact]
    public void Observe_Saturated_FallsToTheLeastAndNoFurther()
    {
        Enter(5_000);
        Observe(isAbove: true, TimeSpan.FromMilliseconds(250));
        Assert.False(_limit.TryEnter());

        Observe(isAbove: true, TimeSpan.FromSeconds(5));
        Assert.Equal(LoadLimit.Least, _limit.Limit);
    }

    [Fact]
    public void Observe_SaturationPasses_GrowsWhileItIsUsedAndIsForgotten()
    {
        Enter(1_000);
        Observe(isAbove: true, TimeSpan.FromSeconds(1));
        var low = _limit.Limit;

        Observe(isAbove: false, TimeSpan.FromSeconds(1));
        Assert.InRange(_limit.Limit, low + 1, 5_000);

        Observe(isAbove: false, TimeSpan.FromSeconds(11));
        Assert.Equal(int.MaxValue, _limit.Limit);
    }

    [Fact]
    public void TryEnter_RefusedAndLeft_CountsRight()
    {
        Enter(2_000);
        Observe(isAbove: true, TimeSpan.FromSeconds(5));
        for (var i = 0; i < 100; i++)
        {
            Assert.False(_limit.TryEnter());
        }

        for (var i = 0; i < 2_000; i++)
        {
            _limit.Leave();
        }

        for (var i = 0; i < LoadLimit.Least; i++)
        {
            Assert.True(_limit.TryEnter());
        }

        Assert.False(_limit.TryEnter());
    }

    [Fact]
    public void IsFull_Saturated_IsAQuarterAboveTheLimit()
    {
        Enter(LoadLimit.Least);
        Observe(isAbove: true, TimeSpan.FromSeconds(1));
        Assert.False(_limit.IsFull);
        for (var i = 0; i < LoadLimit.Least / 4; i++)
        {
            Assert.False(_limit.IsFull);
            _limit.Enter();
        }

        Assert.True(_limit.IsFull);
        _limit.Leave(2);
        Assert.False(_limit.IsFull);
    }

    private void Enter(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True(_limit.TryEnter());
        }
    }

    private void Observe(bool isAbove, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Tick)
        {
            _time.Advance(Tick);
            _limit.Observe(isAbove);
        }
    }
}
