using OrleansAi.Client;
using OrleansAi.Contracts.Errors;
using OrleansAi.Front;
using OrleansAi.Http;

// The HTTP front alone: a cluster client of running silos, which holds no state and can be started any number of times.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = AppContext.BaseDirectory,
});
try
{
    if (builder.Configuration["urls"] is null or "")
    {
        builder.WebHost.UseUrls("http://localhost:5081");
    }

    var cluster = builder.Configuration.GetSection("OrleansAi:Cluster");
    var isShared = string.Equals(cluster["Mode"], "PostgreSql", StringComparison.OrdinalIgnoreCase);
    builder.Services.AddOrleansAiClient(options =>
    {
        cluster.Bind(options);
        options.ConnectionString = isShared
            ? builder.Configuration["OrleansAi:Storage:ConnectionString"] ?? throw new OrleansAiException(
                ErrorCodes.InvalidRequest,
                "OrleansAi:Cluster:Mode=PostgreSql needs OrleansAi:Storage:ConnectionString: the membership is in that database.")
            : null;
    });
    builder.AddOrleansAiTelemetry("orleansai-front");
    builder.Services.AddOrleansAiHttp(builder.Configuration);
    builder.Services.AddHealthChecks().AddCheck<ClusterReachable>("cluster");
    await using var app = builder.Build();

    // Before the host does it, which would add a stack trace to what is wrong.
    app.Services.GetRequiredService<Microsoft.Extensions.Options.IStartupValidator>().Validate();
    app.MapOrleansAi();
    await app.RunAsync();
    return 0;
}
catch (OrleansAiException exception)
{
    await Console.Error.WriteLineAsync($"OrleansAi cannot start: {exception.Message}");
    return 1;
}
catch (Microsoft.Extensions.Options.OptionsValidationException exception)
{
    await Console.Error.WriteLineAsync($"OrleansAi cannot start: {string.Join(" ", exception.Failures)}");
    return 1;
}
