using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Testing.Histories;

namespace OrleansAi.Tests.EndToEnd.Histories;

/// <summary>A client of a cluster that does one thing after the other through any of the fronts, and takes down what it has seen.</summary>
internal sealed class HistoryClient : IDisposable
{
    /// <summary>The word that every document has.</summary>
    public const string Word = "lantern";

    private const string Revision = "revision";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(75);
    private readonly History _history;
    private readonly ConcurrentDictionary<string, int> _troubles;
    private readonly string _name;
    private readonly IReadOnlyList<HttpClient> _fronts;

    /// <param name="history">Takes down what happens.</param>
    /// <param name="troubles">Counts what is no success, by its kind.</param>
    /// <param name="name">The client's name.</param>
    /// <param name="urls">The fronts.</param>
    public HistoryClient(History history, ConcurrentDictionary<string, int> troubles, string name, IReadOnlyList<string> urls)
    {
        (_history, _troubles, _name) = (history, troubles, name);
        _fronts = [.. urls.Select(static url => new HttpClient { BaseAddress = new Uri(url), Timeout = Patience })];
    }

    /// <summary>The front through which the next call goes.</summary>
    public int Front { get; set; }

    /// <summary>Makes a collection; not part of the history.</summary>
    public async Task<string> CreateCollectionAsync() =>
        (string)(await Api.PostAsync(_fronts[Front], "/v1/vector_stores", """{"name":"history"}"""))["id"]!;

    /// <summary>Uploads a document, until it is there; not part of the history.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> UploadAsync(string text, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var form = new MultipartFormDataContent();
            using var purpose = new StringContent("assistants");
            using var file = new StringContent(text, Encoding.UTF8, "text/plain");
            form.Add(purpose, "purpose");
            form.Add(file, "file", "document.txt");
            var (status, body) = await SendAsync(() => _fronts[Front].PostAsync("/v1/files", form, cancellationToken));
            if (status == HttpStatusCode.OK)
            {
                return (string)body!["id"]!;
            }

            cancellationToken.ThrowIfCancellationRequested();
            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>Adds a document, or replaces it, and waits until it is ingested.</summary>
    public async Task<HistoryWrite> PutAsync(string collection, string document, string value, bool isExact)
    {
        var write = Begin(collection, document, value);
        var (status, _) = await SendAsync(HttpMethod.Post, $"{collection}/files", new JsonObject { ["file_id"] = document, ["attributes"] = Attributes(value) });
        while (status == HttpStatusCode.OK && _history.Now - write.Began < Patience.TotalMicroseconds)
        {
            var (read, body) = await ReadDocumentAsync(collection, document);
            var isOurs = read is { Outcome: OperationOutcome.Acknowledged } && read.Values is [var only] && only.Value == value;
            if (isOurs && (string)body!["status"]! is var state and not "in_progress")
            {
                return state == "completed"
                    ? End(write with { Outcome = OperationOutcome.Acknowledged, Version = read.Version, IsExact = isExact })
                    : Failed(write, $"ingestion {state}: {(string?)body["last_error"]?["message"]}");
            }

            await Task.Delay(20);
        }

        return Failed(write, null);
    }

    /// <summary>Gives a document other attributes.</summary>
    public async Task<HistoryWrite> SetAsync(string collection, string document, string value, bool isExact)
    {
        var write = Begin(collection, document, value);
        var (status, body) = await SendAsync(HttpMethod.Post, $"{collection}/files/{document}", new JsonObject { ["attributes"] = Attributes(value) });
        return status == HttpStatusCode.OK
            ? End(write with { Outcome = OperationOutcome.Acknowledged, Version = (long)body!["version"]!, IsExact = isExact })
            : Failed(write, null);
    }

    /// <summary>Removes a document.</summary>
    public async Task<HistoryWrite> RemoveAsync(string collection, string document)
    {
        var write = Begin(collection, document, null);
        var (status, body) = await SendAsync(HttpMethod.Delete, $"{collection}/files/{document}", null);
        return status == HttpStatusCode.OK
            ? End(write with { Outcome = OperationOutcome.Acknowledged, Version = (long)body!["version"]!, IsExact = false })
            : Failed(write, null);
    }

    /// <summary>Finds all documents of a version.</summary>
    public async Task<HistoryRead> SearchAsync(string collection, long? minVersion = null, long? atVersion = null)
    {
        const int most = 50;
        var body = new JsonObject { ["query"] = Word, ["max_num_results"] = most };
        if (minVersion is not null)
        {
            body["min_version"] = minVersion;
        }

        if (atVersion is not null)
        {
            body["at_version"] = atVersion;
        }

        var read = new HistoryRead
        {
            Client = _name, Collection = collection, Began = _history.Now, Ended = 0, IsVersioned = true, MinVersion = minVersion, AtVersion = atVersion,
        };
        var (status, answer) = await SendAsync(HttpMethod.Post, $"{collection}/search", body);
        return End(status == HttpStatusCode.OK
            ? read with
            {
                Outcome = OperationOutcome.Acknowledged,
                Version = (long)answer!["version"]!,
                Values = [.. answer["data"]!.AsArray().Select(static passage => Passage(passage!))],
                IsWhole = !(bool)answer["partial"]! && answer["data"]!.AsArray().Count < most,
            }
            : read with
            {
                Outcome = status is { } refused && (int)refused < 500 ? OperationOutcome.Refused : OperationOutcome.Unknown,
                IsNotReached = (string?)answer?["error"]?["code"] == "version_not_reached",
            });
    }

    /// <summary>Reads a document.</summary>
    public async Task<HistoryRead> GetAsync(string collection, string document) => (await ReadDocumentAsync(collection, document)).Read;

    /// <summary>Reads the list of documents.</summary>
    public async Task<HistoryRead> ListAsync(string collection)
    {
        var read = Begin(collection);
        var (status, body) = await SendAsync(HttpMethod.Get, $"{collection}/files?limit=100", null);
        return End(status == HttpStatusCode.OK
            ? read with { Values = [.. body!["data"]!.AsArray().Select(static file => File(file!))], IsWhole = !(bool)body["has_more"]! }
            : read with { Outcome = OperationOutcome.Unknown });
    }

    /// <summary>Reads the collection itself.</summary>
    public async Task<HistoryRead> DescribeAsync(string collection)
    {
        var read = Begin(collection) with { IsVersioned = true, IsWhole = false };
        var (status, body) = await SendAsync(HttpMethod.Get, collection, null);
        return End(status == HttpStatusCode.OK ? read with { Version = (long)body!["version"]! } : read with { Outcome = OperationOutcome.Unknown });
    }

    public void Dispose()
    {
        foreach (var front in _fronts)
        {
            front.Dispose();
        }
    }

    private static JsonObject Attributes(string value) => new() { [Revision] = value };

    private static (string Document, string Value) File(JsonNode file) => ((string)file["id"]!, (string)file["attributes"]![Revision]!);

    // A document's text names it, so that a passage of another document under its id is no form of it.
    private static (string Document, string Value) Passage(JsonNode passage)
    {
        var (id, value) = ((string)passage["file_id"]!, (string)passage["attributes"]![Revision]!);
        var text = (string)passage["content"]![0]!["text"]!;
        var mark = value[..value.IndexOf(' ', StringComparison.Ordinal)];
        return (id, text.Contains(mark, StringComparison.Ordinal) ? value : $"{value}, but its text is '{text}'");
    }

    private async Task<(HistoryRead Read, JsonNode? Body)> ReadDocumentAsync(string collection, string document)
    {
        var read = Begin(collection) with { Document = document };
        var (status, body) = await SendAsync(HttpMethod.Get, $"{collection}/files/{document}", null, HttpStatusCode.NotFound);
        read = End(status switch
        {
            HttpStatusCode.OK => read with { Values = [File(body!)], Version = (long)body!["version"]! },
            HttpStatusCode.NotFound => read,
            _ => read with { Outcome = OperationOutcome.Unknown },
        });
        return (read, body);
    }

    private HistoryRead Begin(string collection) => new() { Client = _name, Collection = collection, Began = _history.Now, Ended = 0 };

    private HistoryWrite Begin(string collection, string document, string? value) => new()
    {
        Client = _name, Collection = collection, Document = document, Value = value, Began = _history.Now, Ended = 0,
    };

    private T End<T>(T operation)
        where T : HistoryOperation
    {
        operation = operation with { Ended = _history.Now, Place = string.Create(CultureInfo.InvariantCulture, $"through front {Front}") };
        _history.Add(operation);
        return operation;
    }

    private HistoryWrite Failed(HistoryWrite write, string? trouble)
    {
        if (trouble is not null)
        {
            _troubles.AddOrUpdate(trouble, 1, static (_, count) => count + 1);
        }

        return End(write with { Outcome = OperationOutcome.Unknown });
    }

    private Task<(HttpStatusCode? Status, JsonNode? Body)> SendAsync(
        HttpMethod method, string path, JsonObject? body, HttpStatusCode? expected = null) => SendAsync(
        async () =>
        {
            using var request = new HttpRequestMessage(method, $"/v1/vector_stores/{path}");
            if (body is not null)
            {
                request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            }

            return await _fronts[Front].SendAsync(request);
        },
        expected);

    private async Task<(HttpStatusCode? Status, JsonNode? Body)> SendAsync(
        Func<Task<HttpResponseMessage>> send, HttpStatusCode? expected = null)
    {
        try
        {
            using var answer = await send();
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync());
            if (answer.StatusCode != HttpStatusCode.OK && answer.StatusCode != expected)
            {
                Count($"{(int)answer.StatusCode} {(string?)body?["error"]?["code"]}");
            }

            return (answer.StatusCode, body);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            Count("connection lost");
            return (null, null);
        }
        catch (TaskCanceledException)
        {
            Count("no answer in time");
            return (null, null);
        }
    }

    private void Count(string trouble) => _troubles.AddOrUpdate(trouble, 1, static (_, count) => count + 1);
}
