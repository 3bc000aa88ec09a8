using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansAi.Access.Keys;
using OrleansAi.Client.Access;
using OrleansAi.Http.Access;
using OrleansAi.Http.Archive;
using OrleansAi.Http.ChatCompletions;
using OrleansAi.Http.Conversations;
using OrleansAi.Http.Embeddings;
using OrleansAi.Http.Files;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Models;
using OrleansAi.Http.OpenApi;
using OrleansAi.Http.Requests;
using OrleansAi.Http.Responses;
using OrleansAi.Http.Runs;
using OrleansAi.Http.VectorStores;
using OrleansAi.Http.Vendors;
using OrleansAi.Http.WebSockets;

namespace OrleansAi.Http;

/// <summary>Maps the HTTP front.</summary>
public static class WebApplicationExtensions
{
    /// <summary>Maps the OpenAI-compatible API, the management API and the health checks.</summary>
    public static WebApplication MapOrleansAi(this WebApplication app)
    {
        app.UseMiddleware<RequestEnvelope>();
        app.UseRouting();
        app.UseMiddleware<LoadGate>();
        var usesKeys = app.Services.GetService<KeyHasher>() is not null;
        if (!usesKeys)
        {
            app.UseMiddleware<LocalHostGate>();
        }

        app.UseWebSockets();
        if (usesKeys)
        {
            app.UseMiddleware<KeyGate>();
            app.UseMiddleware<ManagementLimit>();
        }

        app.UseMiddleware<ManagementAudit>();
        app.UseMiddleware<RoleGate>();
        app.UseMiddleware<QueryGate>();
        app.UseMiddleware<RequestLimits>();
        var calls = ActivatorUtilities.CreateInstance<FrontCalls>(app.Services);
        ResponsesEndpoints.Map(app, calls);
        ResponseSocketEndpoint.Map(app, calls);
        ConversationsEndpoints.Map(app, calls);
        ChatCompletionsEndpoints.Map(app, calls);
        EmbeddingsEndpoint.Map(app, calls);
        FilesEndpoints.Map(app, calls, ActivatorUtilities.CreateInstance<FileUploadReader>(app.Services));
        VectorStoresEndpoints.Map(app, calls);
        VectorStoreFilesEndpoints.Map(app, calls);
        FileBatchesEndpoints.Map(app, calls);
        VectorStoreEventsEndpoint.Map(app, calls);
        ModelsEndpoints.Map(app, calls);
        RunsEndpoints.Map(app, calls);
        ArchiveEndpoints.Map(app, calls);
        VendorsEndpoints.Map(app, calls);
        var access = app.Services.GetRequiredService<AccessClient>();
        AccessEndpoints.Map(app, new AccessEndpoints(access, app.Services.GetService<KeyHasher>(), calls));
        AuditEndpoints.Map(app, access);
        OpenApiEndpoints.Map(app);
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            ResponseWriter = static (context, report) => HealthWriter.WriteAsync(context.Response, report),
        });
        return app;
    }
}
