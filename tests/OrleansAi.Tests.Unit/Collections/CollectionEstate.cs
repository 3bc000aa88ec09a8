using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansAi.Collections;
using OrleansAi.Collections.Ingestion;
using OrleansAi.Collections.Search;
using OrleansAi.Collections.Storage;
using OrleansAi.Contracts.Collections;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Documents;
using OrleansAi.Knowledge.Versions;
using OrleansAi.Testing;
using OrleansAi.Tests.Unit.Access;

namespace OrleansAi.Tests.Unit.Collections;

/// <summary>What outlives the owners of a collection: a journal, files, and an embedding model that counts.</summary>
internal sealed class CollectionEstate
{
    public const string Stream = "tenant/vs_1";

    private readonly ConcurrentDictionary<string, (FileView View, byte[] Bytes)> _files = new(StringComparer.Ordinal);

    public CollectionEstate() => Journal = new FaultyJournal(Memory);

    public MemoryJournal Memory { get; } = new();

    public FaultyJournal Journal { get; }

    public IdSource Ids { get; } = new(TimeProvider.System);

    public CountingModel Model { get; } = new();

    public CollectionLimits Limits { get; init; } = new();

    public string AddFile(string name, string text) => AddFile(name, Encoding.UTF8.GetBytes(text));

    public string AddFile(string name, byte[] bytes)
    {
        var id = Ids.New(IdPrefixes.File);
        _files[id] = (new FileView { Id = id, Name = name, Purpose = "assistants", MediaType = "", Bytes = bytes.Length, CreatedAt = 0 }, bytes);
        return id;
    }

    /// <summary>An owner of the collection, as an activation of its grain is one.</summary>
    public Owner Own(Action<string>? passed = null, IngestionOptions? options = null, ReadConfirmation? confirmation = null) => new(
        this,
        passed ?? (static _ => { }),
        options ?? new IngestionOptions { EmbeddingBatch = 4, RetryAfterSeconds = 0 },
        confirmation ?? ReadConfirmation.On);

    internal sealed class Owner : IDocumentFiles, IShardCalls, IDisposable
    {
        private readonly CollectionEstate _estate;
        private readonly ConcurrentDictionary<int, CollectionShard> _shards = new();

        public Owner(CollectionEstate estate, Action<string> passed, IngestionOptions options, ReadConfirmation confirmation)
        {
            _estate = estate;
            Contents = new CollectionContents(estate.Journal, estate.Ids, TimeProvider.System, StreamNames.CollectionContents(Stream));
            Ledger = new CollectionLedger(estate.Journal, Contents, estate.Ids, TimeProvider.System, Stream, "silo", NullLogger.Instance)
            {
                Confirmation = confirmation,
            };
            Collection = new Collection(Ledger, this, new EmbeddingModels(estate.Model, TimeProvider.System), estate.Ids, TimeProvider.System, estate.Limits);
            Searcher = new CollectionSearcher(Collection, Ledger, Contents, estate.Model, this, TimeProvider.System);
            Queue = new IngestionQueue(
                Ledger, Contents, estate.Journal, this, estate.Model, new DocumentExtractor(new DocumentLimits(), TimeProvider.System), estate.Limits,
                options, estate.Ids, TimeProvider.System, NullLogger.Instance, passed);
        }

        public CollectionContents Contents { get; }

        public CollectionLedger Ledger { get; }

        public Collection Collection { get; }

        public CollectionSearcher Searcher { get; }

        public IngestionQueue Queue { get; }

        /// <summary>Shards that do not answer.</summary>
        public HashSet<int> Silent { get; } = [];

        public async Task<CollectionDocumentView> AddAsync(string file)
        {
            await Collection.AddAsync(null, [new NewDocument { FileId = file }]);
            return await IngestAsync(file);
        }

        public async Task<CollectionDocumentView> IngestAsync(string file)
        {
            Queue.Start();
            return await Eventually.GetAsync(
                () => Collection.GetDocumentAsync(file), static document => document.Status != CollectionDocumentStatus.InProgress, "the document is ingested");
        }

        public Task<CollectionAnswer> SearchAsync(string query, Func<CollectionSearch, CollectionSearch>? how = null)
        {
            var search = new CollectionSearch { Queries = [query], MaxResults = 50 };
            return Searcher.SearchAsync(how?.Invoke(search) ?? search);
        }

        public Task<FileView> FindAsync(string tenant, string id) => _estate._files.TryGetValue(id, out var file)
            ? Task.FromResult(file.View)
            : throw new OrleansAiException(ErrorCodes.FileNotFound, $"There is no file '{id}'.");

        public Task<byte[]> ReadAsync(string tenant, FileView file) => Task.FromResult(_estate._files[file.Id].Bytes);

        public Task<ShardCounts> CountAsync(int shard, ShardQuestion question) =>
            Silent.Contains(shard) ? new TaskCompletionSource<ShardCounts>().Task : Shard(shard).CountAsync(question);

        public Task<ShardFindings> FindAsync(int shard, ShardQuestion question) => Shard(shard).FindAsync(question);

        public void Dispose()
        {
            Queue.Dispose();
            Ledger.Dispose();
            Contents.Dispose();
        }

        private CollectionShard Shard(int number) => _shards.GetOrAdd(number, shard => new CollectionShard(
            _estate.Journal, Contents, Stream, shard, (from, version) => ShardDescriptions.DescribeAsync(Ledger.State, shard, from, version)));
    }

    /// <summary>A deterministic model that knows what it was asked; a route other than the default one leads to another model.</summary>
    internal sealed class CountingModel : IEmbeddingExecutor
    {
        private const int Dimensions = 64;
        private const int OtherDimensions = 96;

        /// <summary>Who answers.</summary>
        public string Vendor { get; set; } = "test";

        /// <summary>Whose models those are said to be.</summary>
        public string? Origin { get; set; }

        public ConcurrentDictionary<string, int> Texts { get; } = new(StringComparer.Ordinal);

        /// <summary>What the other model was asked.</summary>
        public ConcurrentDictionary<string, int> OtherTexts { get; } = new(StringComparer.Ordinal);

        /// <summary>What a call to the other model fails with, by its texts.</summary>
        public Func<IReadOnlyList<string>, OrleansAiException?>? OtherTrouble { get; set; }

        public int Calls { get; private set; }

        /// <summary>What a call fails with, by its texts.</summary>
        public Func<IReadOnlyList<string>, OrleansAiException?>? Trouble { get; set; }

        /// <summary>What a call waits for, by its texts.</summary>
        public Func<IReadOnlyList<string>, Task>? Before { get; set; }

        public void Check(EmbeddingRequest request)
        {
        }

        public async Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken cancellationToken)
        {
            Calls++;
            if (Before is { } before)
            {
                await before(request.Inputs);
            }

            var isOther = request.Route is not null;
            if ((isOther ? OtherTrouble : Trouble)?.Invoke(request.Inputs) is { } trouble)
            {
                throw trouble;
            }

            foreach (var text in request.Inputs)
            {
                (isOther ? OtherTexts : Texts).AddOrUpdate(text, 1, static (_, count) => count + 1);
            }

            return new EmbeddingResult
            {
                Vendor = Vendor,
                Origin = Origin,
                Model = isOther ? "ngram-other" : "ngram",
                Vectors = EmbeddingVectors.Of([.. request.Inputs.Select(text => NgramEmbedding.Embed(text, isOther ? OtherDimensions : Dimensions))]),
            };
        }
    }
}
