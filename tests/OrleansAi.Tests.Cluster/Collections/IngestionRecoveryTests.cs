using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using OrleansAi.Collections.Ingestion;
using OrleansAi.Contracts.Collections;
using OrleansAi.Grains;
using OrleansAi.Journal;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.Cluster.Collections;

/// <summary>The owner of a collection ends in the middle of ingestion.</summary>
public sealed class IngestionRecoveryTests(PostgreSqlFixture postgreSql)
{
    private const int Batch = 4;

    [Fact]
    public async Task Owner_DeactivatedBetweenBatches_ResumesAndEmbedsNoStoredTextAgain()
    {
        var embeddings = new EmbeddingCounter();
        await using var host = await StartAsync(embeddings, silos: 3);
        var (entered, gate, calls) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        embeddings.Before = async texts =>
        {
            if (texts[0].Contains("quarry", StringComparison.Ordinal) && Interlocked.Increment(ref calls) == 3)
            {
                entered.SetResult();
                await gate.Task;
            }
        };
        var documents = new Documents(host.Client);
        var collection = await documents.CreateAsync();
        var file = await AddLongAsync(documents, collection, "quarry");
        await entered.Task;

        await host.Grains.GetGrain<ICollectionGrain>($"local/{collection}").AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        gate.SetResult();
        await Eventually.TrueAsync(
            async () =>
            {
                await host.Grains.GetGrain<ICollectionGrain>($"local/{collection}").Wake();
                return (await documents.Client.Collections.GetDocumentAsync(collection, file)).Status == CollectionDocumentStatus.Completed;
            },
            "the document is ingested");

        // At most the batch that was under way was embedded again.
        var counts = embeddings.With("quarry").Values;
        Assert.InRange(counts.Count(static count => count > 1), 0, Batch);
        Assert.All(counts, static count => Assert.InRange(count, 1, 2));
        var view = await documents.Client.Collections.GetDocumentAsync(collection, file);
        Assert.Equal(view.Chunks, counts.Count());
        Assert.Equal(view.Chunks, (await documents.SearchAsync(collection, "quarry", static search => search with { MaxResults = 50 })).Passages.Count);
        Assert.Empty(await OpenAsync(host));
    }

    [Fact]
    public async Task Silo_KilledMidIngestion_SweepWakesTheOwnerElsewhere()
    {
        var embeddings = new EmbeddingCounter();
        await using var host = await StartAsync(embeddings, silos: 3);
        var documents = new Documents(host.Client);
        var (held, gate) = (0, new TaskCompletionSource());
        embeddings.Before = texts => texts[0].Contains("canal", StringComparison.Ordinal) && Interlocked.Increment(ref held) <= 6 ? gate.Task : Task.CompletedTask;
        var collections = new List<(string Collection, string File)>();
        for (var i = 0; i < 6; i++)
        {
            var collection = await documents.CreateAsync();
            collections.Add((collection, await AddLongAsync(documents, collection, $"canal {i}")));
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref held) >= 6, "all are held");
        Assert.Equal(6, (await OpenAsync(host)).Count);
        var killed = host.Cluster.KillSiloAsync(host.Cluster.Silos[1]);
        gate.SetResult();
        await killed;
        foreach (var (collection, file) in collections)
        {
            // Nobody but the sweep asks for the collections.
            await Eventually.TrueAsync(
                async () =>
                {
                    await host.Grains.GetGrain<ISweepGrain>(0).Sweep();
                    return (await OpenAsync(host)).Count == 0;
                },
                "nothing is left open");
            var view = await documents.EndedAsync(collection, file);
            Assert.Equal(CollectionDocumentStatus.Completed, view.Status);
            Assert.Equal(view.Chunks, (await documents.SearchAsync(collection, "canal", static search => search with { MaxResults = 50 })).Passages.Count);
        }
    }

    private async Task<Host> StartAsync(EmbeddingCounter embeddings, short silos)
    {
        var database = await postgreSql.Instance.CreateDatabaseAsync();
        return await Host.StartAsync(database, vendor: null, silos, services =>
        {
            CollectionCluster.Count(services, embeddings);
            services.Configure<IngestionOptions>(static options => options.EmbeddingBatch = Batch);
        });
    }

    private static async Task<string> AddLongAsync(Documents documents, string collection, string word)
    {
        var text = string.Join("\n\n", Enumerable.Range(0, 120).Select(i => $"Paragraph {i} is about the {word} and its old machines, number {i * 7}, which nobody has counted."));
        var file = await documents.UploadAsync("long.md", text);
        await documents.Client.Collections.AddAsync(collection, new NewDocument { FileId = file.Id, Chunking = new CollectionChunking(100, 0) });
        return file.Id;
    }

    private static Task<IReadOnlyList<RunEntry>> OpenAsync(Host host) =>
        host.Cluster.Silos[0].ServiceProvider.GetRequiredService<IJournal>().ListOpenRunsAsync("", 100, CancellationToken.None);
}
