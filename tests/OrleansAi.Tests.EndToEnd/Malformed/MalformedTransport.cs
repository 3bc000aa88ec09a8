using System.Text;

namespace OrleansAi.Tests.EndToEnd.Malformed;

/// <summary>Requests whose method, path, query, headers or framing is wrong.</summary>
internal sealed class MalformedTransport(int seed, string conversation, string run)
{
    private static readonly string[] OddIds =
    [
        "%00", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "'%20or%201=1", "%E2%80%AE", "%F0%9F%92%A9", "%ff%fe", "a%0d%0aSet-Cookie:x", new string('a', 4_000),
        "resp_", "conv_", "resp_%00", "conv_%00", "resp_ABC%20", "conv_;drop", "-1", "null", "{id}", "%7Bid%7D", "*", "~", "conv_00000000000000000000000000",
        "resp_00000000000000000000000000",
    ];

    private readonly Random _random = new(seed);

    public IEnumerable<MalformedRequest> Requests(string valid) =>
        Ids().Concat(Queries()).Concat(Methods()).Concat(Headers(valid)).Concat(Framing(valid)).Concat(Handshakes()).Concat(Below());

    private static IEnumerable<MalformedRequest> Ids()
    {
        (string Method, string Path)[] routes =
        [
            ("GET", "/v1/responses/{0}"), ("POST", "/v1/responses/{0}/cancel"), ("GET", "/v1/conversations/{0}"), ("DELETE", "/v1/conversations/{0}"),
            ("GET", "/v1/conversations/{0}/items"), ("GET", "/v1/models/{0}"), ("GET", "/api/runs/{0}"), ("POST", "/api/runs/{0}/replay"),
            ("GET", "/api/runs/{0}/steps/0"), ("POST", "/api/runs/{0}/fork"), ("POST", "/api/runs/{0}/promote"), ("GET", "/api/runs/x/steps/{0}"),
            ("GET", "/api/runs/{0}/explain"), ("GET", "/api/runs/{0}/diff/resp_0"), ("GET", "/api/runs/resp_0/diff/{0}"), ("GET", "/api/vendors/{0}"),
            ("GET", "/v1/chat/completions/{0}"), ("DELETE", "/v1/chat/completions/{0}"), ("GET", "/v1/chat/completions/{0}/messages"),
            ("GET", "/v1/responses/{0}/input_items"), ("DELETE", "/v1/responses/{0}"), ("GET", "/v1/files/{0}"), ("GET", "/v1/files/{0}/content"),
            ("DELETE", "/v1/files/{0}"), ("GET", "/v1/vector_stores/{0}"), ("DELETE", "/v1/vector_stores/{0}"), ("GET", "/v1/vector_stores/{0}/files"),
            ("GET", "/api/conversations/{0}/export"), ("GET", "/v1/vector_stores/vs_0/files/{0}"), ("DELETE", "/v1/vector_stores/vs_0/files/{0}"), ("GET", "/v1/vector_stores/vs_0/file_batches/{0}"),
        ];
        return routes.SelectMany(static _ => OddIds, static (route, id) => MalformedRequest.Of(
            $"{route.Method} {string.Format(null, route.Path, id.Length > 40 ? id[..40] : id)}", route.Method, string.Format(null, route.Path, id)));
    }

    private IEnumerable<MalformedRequest> Queries()
    {
        string[] paths =
        [
            $"/v1/responses/{run}?stream=true&starting_after=x", $"/v1/responses/{run}?stream=true&starting_after=-1", $"/v1/responses/{run}?stream=perhaps",
            $"/v1/responses/{run}?stream=true&starting_after=99999999999999999999", $"/v1/responses/{run}?stream=true&starting_after=1&starting_after=2",
            $"/v1/responses/{run}?stream=true&starting_after=%00", $"/v1/responses/{run}?stream=true&stream=true",
            $"/v1/conversations/{conversation}/items?limit=0", $"/v1/conversations/{conversation}/items?limit=101", $"/v1/conversations/{conversation}/items?limit=x",
            $"/v1/conversations/{conversation}/items?limit=1.5", $"/v1/conversations/{conversation}/items?limit=1&limit=2", $"/v1/conversations/{conversation}/items?order=up",
            $"/v1/conversations/{conversation}/items?after=%00", $"/v1/conversations/{conversation}/items?after={new string('a', 3_000)}",
            $"/v1/conversations/{conversation}/items?after=msg_", $"/v1/conversations/{conversation}/items?after=msg_zz_-1", $"/v1/conversations/{conversation}/items/%00",
            $"/v1/conversations/{conversation}/items/msg_{new string('0', 26)}", $"/v1/conversations/{conversation}/items/%F0%9F%92%A9",
            "/api/runs?limit=0", "/api/runs?limit=201", "/api/runs?limit=x", "/api/runs?status=odd", "/api/runs?nonsense=1", "/api/runs?since=x", "/api/runs?until=1e5",
            $"/v1/responses/{run}?starting_after=1", $"/v1/responses/{run}?include_obfuscation=true", $"/v1/responses/{run}?include=nonsense", $"/v1/responses/{run}?include[]=%00",
            $"/v1/responses/{run}?nonsense=1", $"/v1/responses/{run}/input_items?include=nonsense", $"/v1/responses/{run}/input_items?nonsense=1",
            $"/v1/responses/{run}/input_items?after=%00", $"/v1/conversations/{conversation}?nonsense=1", $"/v1/conversations/{conversation}/items?nonsense=1",
            $"/v1/conversations/{conversation}/items?after=resp_{new string('0', 26)}%00", "/v1/models?limit=1", "/v1/models/default?nonsense=1", "/api/vendors?nonsense=1",
            "/v1/chat/completions?model=%00", $"/v1/chat/completions?model={new string('m', 600)}", "/v1/chat/completions?after=%00",
            $"/v1/chat/completions?after=chatcmpl-{new string('0', 26)}%00", "/v1/chat/completions?metadata[a]=%00", "/v1/chat/completions?metadata[%00]=b",
            "/v1/chat/completions?metadata=x", "/v1/chat/completions?metadata[a=x", $"/v1/chat/completions?metadata[a]={new string('v', 600)}",
            "/v1/chat/completions?metadata[a]=b&metadata[a]=c", "/v1/chat/completions?nonsense=1", "/v1/chat/completions?limit=0", "/v1/chat/completions?order=up",
            $"/api/runs/{run}/steps/-1", $"/api/runs/{run}/steps/99999999999", $"/api/runs/{run}/steps/2?part=both", $"/api/runs/{run}/steps/2?call=0",
            $"/api/runs/{run}/steps/2?part=request&call=x", $"/api/runs/{run}/steps/2?part=request&call=99", $"/api/runs/{run}/steps/2?nonsense=1",
            "/api/conversations?limit=0", "/api/conversations?limit=201", "/api/conversations?limit=x", "/api/conversations?cursor=%00", "/api/conversations?cursor=nonsense",
            "/api/conversations?nonsense=1", "/api/conversations?cursor=conv_1&cursor=conv_2",
            "/api/runs?forkedFrom=%00", "/api/runs?forkedFrom=nonsense", "/api/runs?cursor=%00", "/api/runs?cursor=nonsense", "/api/runs?model=%00", "/api/runs?conversation=%00", $"/api/runs?model={new string('m', 600)}",
            "/nothing", "/v1", "/v1/", "/v1/nothing", "/api", "/api/nothing", "/v1/responses/a/b/c", "/v1//responses", "/V2/responses",
        ];
        return paths.Select(static path => MalformedRequest.Of($"GET {(path.Length > 90 ? path[..90] : path)}", "GET", path));
    }

    private static IEnumerable<MalformedRequest> Methods()
    {
        (string Path, string Wrong)[] routes =
        [
            ("/v1/responses", "PUT PATCH DELETE TRACE OPTIONS FOO"), ("/v1/responses/x", "PUT PATCH TRACE FOO"), ("/v1/responses/x/cancel", "GET PUT DELETE"),
            ("/v1/conversations", "GET PUT DELETE FOO"), ("/v1/conversations/x", "PUT PATCH FOO"), ("/v1/conversations/x/items", "PUT DELETE FOO"),
            ("/v1/chat/completions", "PUT DELETE PATCH FOO"), ("/v1/models", "POST PUT DELETE"), ("/v1/models/x", "POST PUT FOO"),
            ("/v1/files", "PUT DELETE FOO"), ("/v1/files/x", "POST PUT PATCH"), ("/v1/files/x/content", "POST DELETE"), ("/v1/embeddings", "GET PUT DELETE"),
            ("/v1/vector_stores", "PUT DELETE FOO"), ("/v1/vector_stores/x", "PUT PATCH FOO"), ("/v1/vector_stores/x/search", "GET PUT DELETE"),
            ("/v1/vector_stores/x/files", "PUT DELETE"), ("/v1/vector_stores/x/files/y", "PUT PATCH"), ("/v1/vector_stores/x/files/y/content", "POST DELETE"),
            ("/v1/vector_stores/x/file_batches", "GET PUT DELETE"), ("/v1/vector_stores/x/file_batches/y", "POST DELETE"), ("/v1/vector_stores/x/file_batches/y/cancel", "GET DELETE"),
            ("/api/runs", "POST DELETE FOO"), ("/api/runs/x/replay", "GET PUT DELETE"), ("/api/runs/x/steps/0", "POST PUT DELETE"), ("/api/runs/x/fork", "GET PUT DELETE"), ("/api/runs/x/promote", "GET PUT DELETE"),
            ("/api/runs/x/explain", "POST PUT DELETE"), ("/api/runs/x/diff/y", "POST PUT DELETE"),
            ("/api/conversations", "POST PUT DELETE"), ("/api/conversations/x/export", "POST PUT DELETE"), ("/api/conversations/import", "GET PUT DELETE"), ("/api/vendors", "POST PUT FOO"), ("/api/alerts", "POST PUT FOO"),
        ];
        return routes.SelectMany(static route => route.Wrong.Split(' '), static (route, method) => MalformedRequest.Of($"{method} {route.Path}", method, route.Path));
    }

    private static IEnumerable<MalformedRequest> Headers(string valid)
    {
        var body = Encoding.UTF8.GetBytes(valid);
        (string Name, string Headers)[] headers =
        [
            ("no type", ""), ("text", "Content-Type: text/plain\r\n"), ("form", "Content-Type: application/x-www-form-urlencoded\r\n"), ("multipart", "Content-Type: multipart/form-data; boundary=x\r\n"),
            ("xml", "Content-Type: application/xml\r\n"), ("almost", "Content-Type: application/jsonx\r\n"), ("garbage", "Content-Type: ;;;\r\n"), ("UTF-16", "Content-Type: application/json; charset=utf-16\r\n"),
            ("two types", "Content-Type: application/json\r\nContent-Type: text/plain\r\n"), ("gzip", "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"),
            ("br", "Content-Type: application/json\r\nContent-Encoding: br\r\n"), ("encodings", "Content-Type: application/json\r\nContent-Encoding: identity, gzip\r\n"),
            ("long key", $"Content-Type: application/json\r\nIdempotency-Key: {new string('k', 256)}\r\n"), ("overlap", "Content-Type: application/json\r\nOrleansAi-Overlap: sometimes\r\n"),
        ];
        return headers.SelectMany(
            static _ => (string[])["/v1/responses", "/v1/chat/completions"],
            (header, path) => MalformedRequest.Of($"POST {path} header {header.Name}", "POST", path, body, header.Headers));
    }

    private IEnumerable<MalformedRequest> Framing(string valid)
    {
        const string Json = "Content-Type: application/json\r\n";
        foreach (var path in (string[])["/v1/responses", "/v1/chat/completions", "/v1/conversations"])
        {
            yield return Chunks(path, "no number", "zz\r\n{}\r\n0\r\n\r\n");
            yield return Chunks(path, "negative", "-1\r\n{}\r\n0\r\n\r\n");
            yield return Chunks(path, "huge", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n");
            yield return Chunks(path, "too short", $"1\r\n{valid}\r\n0\r\n\r\n");
            yield return Chunks(path, "none", "0\r\n\r\n", hasType: path != "/v1/conversations");
            yield return new MalformedRequest($"POST {path} larger than the limit, said", MalformedRequest.Head("POST", path, $"{Json}Content-Length: 17000000\r\n"));
            yield return new MalformedRequest($"POST {path} negative length", MalformedRequest.Head("POST", path, $"{Json}Content-Length: -1\r\n"), HasBody: false);
            yield return new MalformedRequest($"POST {path} two lengths", MalformedRequest.Head("POST", path, $"{Json}Content-Length: 1\r\nContent-Length: 2\r\n"), HasBody: false);
        }

        // Larger than the limit without saying so.
        using var large = new MemoryStream();
        large.Write(MalformedRequest.Head("POST", "/v1/responses", $"{Json}Transfer-Encoding: chunked\r\n"));
        var chunk = new byte[1 << 20];
        _random.NextBytes(chunk);
        for (var i = 0; i < 17; i++)
        {
            large.Write("100000\r\n"u8);
            large.Write(chunk);
            large.Write("\r\n"u8);
        }

        yield return new MalformedRequest("POST /v1/responses larger than the limit, in chunks", large.ToArray());

        MalformedRequest Chunks(string path, string name, string text, bool hasType = true) => new(
            $"POST {path} chunks {name}",
            [.. MalformedRequest.Head("POST", path, $"{(hasType ? Json : "")}Transfer-Encoding: chunked\r\n"), .. Encoding.UTF8.GetBytes(text)]);
    }

    private static IEnumerable<MalformedRequest> Handshakes()
    {
        const string Upgrade = "Upgrade: websocket\r\n";
        const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        (string Name, string Headers)[] headers =
        [
            ("none", ""), ("no key", $"{Upgrade}Sec-WebSocket-Version: 13\r\n"), ("short key", $"{Upgrade}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n"),
            ("no version", $"{Upgrade}{Key}"), ("version 99", $"{Upgrade}Sec-WebSocket-Version: 99\r\n{Key}"), ("other", $"Upgrade: h2c\r\nSec-WebSocket-Version: 13\r\n{Key}"),
            ("origin", $"{Upgrade}Sec-WebSocket-Version: 13\r\n{Key}Origin: https://elsewhere.example\r\n"), ("null origin", $"{Upgrade}Sec-WebSocket-Version: 13\r\n{Key}Origin: null\r\n"),
            ("idempotency", $"{Upgrade}Sec-WebSocket-Version: 13\r\n{Key}Idempotency-Key: k\r\n"),
        ];
        return headers.Select(static header => new MalformedRequest(
            $"WebSocket {header.Name}",
            Encoding.ASCII.GetBytes($"GET /v1/responses HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n{header.Headers}\r\n")));
    }

    private static IEnumerable<MalformedRequest> Below()
    {
        (string Name, string Text)[] texts =
        [
            ("no host", "GET /v1/models HTTP/1.1\r\n\r\n"), ("two hosts", "GET /v1/models HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), ("bad host", "GET /v1/models HTTP/1.1\r\nHost: a b\r\n\r\n"),
            ("version", "GET /v1/models HTTP/9.9\r\nHost: a\r\n\r\n"), ("no version", "GET /v1/models\r\nHost: a\r\n\r\n"), ("garbage", "\u0001\u0002\u0003\r\n\r\n"),
            ("space in name", "GET /v1/models HTTP/1.1\r\nHost: a\r\nX Y: z\r\n\r\n"), ("folded", "GET /v1/models HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n"),
            ("zero in value", "GET /v1/models HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n"), ("long line", $"GET /{new string('a', 10_000)} HTTP/1.1\r\nHost: a\r\n\r\n"),
            ("large header", $"GET /v1/models HTTP/1.1\r\nHost: a\r\nX: {new string('x', 40_000)}\r\n\r\n"),
            ("many headers", $"GET /v1/models HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Range(0, 200).Select(static i => $"X{i}: y\r\n"))}\r\n"),
            ("smuggled", "POST /v1/responses HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"), ("encoding", "POST /v1/responses HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: nonsense\r\n\r\n"),
        ];
        return texts.Select(static text => new MalformedRequest($"HTTP {text.Name}", Encoding.Latin1.GetBytes(text.Text), HasBody: false));
    }
}
