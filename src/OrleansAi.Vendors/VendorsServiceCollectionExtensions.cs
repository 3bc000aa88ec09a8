using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansAi.Vendors.Embeddings;
using OrleansAi.Vendors.Reports;
using OrleansAi.Vendors.Routing;

namespace OrleansAi.Vendors;

/// <summary>Adds the vendors.</summary>
public static class VendorsServiceCollectionExtensions
{
    /// <summary>Adds the catalog of vendors and routes, validated at start.</summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="configuration">The section <c>OrleansAi</c>, of which <c>Vendors</c>, <c>Models</c> and <c>Embeddings</c> are read.</param>
    public static IServiceCollection AddOrleansAiVendors(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<RoutingOptions>, RoutingOptionsValidator>();
        services.AddOptions<RoutingOptions>().Bind(configuration).ValidateOnStart();
        services.AddSingleton<VendorCatalog>();
        services.AddSingleton<EmbeddingCatalog>();
        services.AddSingleton<VendorReporter>();
        return services;
    }
}
