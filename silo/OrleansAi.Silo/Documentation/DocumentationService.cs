using Microsoft.Extensions.Options;
using OrleansAi.Client;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;
using OrleansAi.Grains;
using OrleansAi.Grains.Retrieval;
using OrleansAi.Silo.Configuration;

namespace OrleansAi.Silo.Documentation;

/// <summary>
/// Makes the product's documentation a collection once, in the background, so that a silo that nobody has configured can tell how it is
/// configured. Until it is there turns are told nothing; where it cannot be made, they go on so.
/// </summary>
internal sealed partial class DocumentationService(
    OrleansAiClient client,
    IGrainFactory grains,
    BuiltinDocumentation documentation,
    IConfiguration configuration,
    IOptions<DocumentationOptions> options,
    IOptions<ClusterSettings> cluster,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<DocumentationService> logger) : BackgroundService
{
    private const string HashKey = "documentation";
    private const string Name = "OrleansAi documentation";
    private const int ChunkTokens = 400;
    private const int OverlapTokens = 80;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly OrleansAiClient _local = client.ForTenant(OrleansAiClient.LocalTenant);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!IsWanted())
        {
            return;
        }

        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stoppingToken);
        while (!documentation.IsReady)
        {
            try
            {
                await MakeAsync(stoppingToken);
                documentation.SetReady(OrleansAiClient.LocalTenant);
                LogReady();
            }
            catch (OrleansAiException exception) when (exception.Code == ErrorCodes.CollectionNotFound)
            {
                // Somebody has deleted it: it stays away.
                return;
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
            {
                LogFailed(exception);
                await Task.Delay(RetryAfter, time, stoppingToken);
            }
        }
    }

    private bool IsWanted() => options.Value.Enabled ?? (cluster.Value.Mode == ClusterMode.Single
        && string.Equals(configuration["OrleansAi:Auth:Mode"] ?? "Local", "Local", StringComparison.OrdinalIgnoreCase)
        && !configuration.GetSection("OrleansAi:Vendors").GetChildren().Any()
        && !configuration.GetSection("OrleansAi:Models").GetChildren().Any());

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        var files = DocumentationFiles.Read();
        var hash = DocumentationFiles.HashOf(files);
        await grains.GetGrain<ICollectionCatalogGrain>(OrleansAiClient.LocalTenant).Enter(BuiltinDocumentation.CollectionId);
        var collection = grains.GetGrain<ICollectionGrain>($"{OrleansAiClient.LocalTenant}/{BuiltinDocumentation.CollectionId}");
        var view = await collection.Create(new NewCollection { Name = Name, Chunking = new CollectionChunking(ChunkTokens, OverlapTokens) });
        if (view.Metadata.GetValueOrDefault(HashKey) == hash)
        {
            return;
        }

        var old = await collection.ListDocuments(new DocumentQuery { Limit = Collections.Collection.MostAtOnce });
        var added = new List<NewDocument>();
        foreach (var (name, content) in files)
        {
            using var stream = new MemoryStream(content);
            var file = await _local.Files.UploadAsync(new NewFile { Name = name, Purpose = FilePurposes.Assistants, MediaType = "text/markdown" }, stream, cancellationToken);
            added.Add(new NewDocument { FileId = file.Id });
        }

        await collection.Add(null, added);
        while ((await collection.Get()).Documents.InProgress > 0)
        {
            await Task.Delay(Pause, time, cancellationToken);
        }

        foreach (var document in old.Documents)
        {
            await collection.Remove(document.Id);
            await _local.Files.DeleteAsync(document.Id, cancellationToken);
        }

        await collection.Update(new CollectionUpdate { Metadata = new Dictionary<string, string> { [HashKey] = hash } });
    }

    [LoggerMessage(4030, LogLevel.Information, "The documentation can be searched: ask the built-in model how OrleansAi is used.")]
    private partial void LogReady();

    [LoggerMessage(4031, LogLevel.Warning, "The documentation could not be made a collection; it is tried again.")]
    private partial void LogFailed(Exception exception);
}
