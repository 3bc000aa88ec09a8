using OrleansAi.Engine.Retention;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine.Retention;

/// <summary>The limits as they are configured.</summary>
public sealed class RetentionOptionsTests
{
    [Fact]
    public void Of_NothingConfigured_KeepsEverything()
    {
        var options = new RetentionOptions();

        Assert.True(options.Of("local").IsUnlimited);
        Assert.False(options.IsOn);
        Assert.True(Validate(options).Succeeded);
    }

    [Fact]
    public void Of_ATenantsOwnLimits_GoBeforeThoseForAllAndZeroIsNoLimit()
    {
        var options = new RetentionOptions
        {
            MaxAge = TimeSpan.FromDays(30),
            MaxBytes = 1_000,
            Tenants =
            {
                ["short"] = new RetentionLimits { MaxAge = TimeSpan.FromDays(1) },
                ["forever"] = new RetentionLimits { MaxAge = TimeSpan.Zero, MaxBytes = 0 },
            },
        };

        Assert.Equal(new RetentionPolicy(TimeSpan.FromDays(30), 1_000), options.Of("any"));
        Assert.Equal(new RetentionPolicy(TimeSpan.FromDays(1), 1_000), options.Of("short"));
        Assert.True(options.Of("forever").IsUnlimited);
        Assert.True(options.IsOn);
    }

    [Fact]
    public void IsOn_LimitsOfOneTenantAlone_IsTrue() =>
        Assert.True(new RetentionOptions { Tenants = { ["one"] = new RetentionLimits { MaxBytes = 1 } } }.IsOn);

    [Fact]
    public void Validate_LimitsThatCannotBeMeant_AreRefusedByName()
    {
        var result = Validate(new RetentionOptions
        {
            MaxAge = TimeSpan.FromMilliseconds(1),
            Tenants = { ["acme"] = new RetentionLimits { MaxAge = TimeSpan.FromDays(-1), MaxBytes = -5 } },
        });

        Assert.Collection(
            result.Failures!,
            static failure => Assert.StartsWith("OrleansAi:Retention:MaxAge is 00:00:00.0010000; it must be", failure, StringComparison.Ordinal),
            static failure => Assert.StartsWith("OrleansAi:Retention:Tenants:acme:MaxAge is -1.00:00:00; it must be", failure, StringComparison.Ordinal),
            static failure => Assert.StartsWith("OrleansAi:Retention:Tenants:acme:MaxBytes is -5; it must be", failure, StringComparison.Ordinal));
    }

    private static Microsoft.Extensions.Options.ValidateOptionsResult Validate(RetentionOptions options) =>
        new RetentionOptionsValidator().Validate(null, options);
}
