using OrleansAi.Contracts.Errors;
using OrleansAi.Http;
using OrleansAi.Journal;
using OrleansAi.Silo.Commands;
using OrleansAi.Silo.Hosting;

if (args is ["keys", ..])
{
    return await KeysCommand.RunAsync(args[1..], Console.Out, Console.Error);
}

if (args is ["verify", ..])
{
    return await VerifyCommand.RunAsync(args[1..], Console.Out, Console.Error);
}

// Configuration is read beside the program; data paths are relative to where it is started.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = AppContext.BaseDirectory,
});
try
{
    if (builder.Configuration["urls"] is null or "")
    {
        builder.WebHost.UseUrls("http://localhost:5080");
    }

    builder.AddOrleansAiSilo();
    builder.AddOrleansAiTelemetry("orleansai-silo");
    builder.Services.AddOrleansAiHttp(builder.Configuration);
    await using var app = builder.Build();

    // Before the host does it, which would add a stack trace to what is wrong.
    app.Services.GetRequiredService<Microsoft.Extensions.Options.IStartupValidator>().Validate();

    // Before anything of Orleans starts: the schema of membership and snapshots is in the same migrations.
    await app.Services.GetRequiredService<IJournalStore>().InitializeAsync(CancellationToken.None);
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
