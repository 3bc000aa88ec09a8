using System.Text;

namespace OrleansAi.Tests.EndToEnd.Malformed;

/// <summary>Uploads that must be refused.</summary>
internal static class MalformedForms
{
    private const string Purpose = "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nuser_data\r\n";
    private const string File = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n";
    private const string End = "--b--\r\n";

    public static IEnumerable<MalformedRequest> Requests()
    {
        (string Name, string Body)[] forms =
        [
            ("empty", ""), ("no end", Purpose + File), ("cut in a header", Purpose + "--b\r\nContent-Dispo"), ("cut in a value", Purpose + File[..^4]),
            ("no boundary inside", "hello"), ("only an end", End), ("other boundary", (Purpose + File + End).Replace("--b", "--c", StringComparison.Ordinal)),
            ("no file", Purpose + End), ("no purpose", File + End), ("empty file", Purpose + File.Replace("hello", "", StringComparison.Ordinal) + End),
            ("two files", Purpose + File + File + End), ("two purposes", Purpose + Purpose + File + End), ("unknown field", Purpose + Field("nonsense", "1") + File + End),
            ("no name", Purpose + "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + File + End), ("no disposition", "--b\r\nX: y\r\n\r\nx\r\n" + End),
            ("attachment", Purpose + File.Replace("form-data", "attachment", StringComparison.Ordinal) + End),
            ("purpose batch", Purpose.Replace("user_data", "batch", StringComparison.Ordinal) + File + End),
            ("purpose fine-tune", Purpose.Replace("user_data", "fine-tune", StringComparison.Ordinal) + File + End),
            ("purpose odd", Purpose.Replace("user_data", "π", StringComparison.Ordinal) + File + End),
            ("purpose long", Purpose.Replace("user_data", new string('p', 2_000), StringComparison.Ordinal) + File + End),
            ("no filename", Purpose + File.Replace("; filename=\"a.txt\"", "", StringComparison.Ordinal) + End),
            ("filename of folders", Purpose + File.Replace("a.txt", "../", StringComparison.Ordinal) + End),
            ("filename long", Purpose + File.Replace("a.txt", new string('f', 256), StringComparison.Ordinal) + End),
            ("filename control", Purpose + File.Replace("a.txt", "a\u0001b", StringComparison.Ordinal) + End),
            ("anchor alone", Purpose + Field("expires_after[anchor]", "created_at") + File + End), ("seconds alone", Purpose + Field("expires_after[seconds]", "3600") + File + End),
            ("anchor odd", Purpose + Field("expires_after[anchor]", "now") + Field("expires_after[seconds]", "3600") + File + End),
            ("seconds few", Purpose + Field("expires_after[anchor]", "created_at") + Field("expires_after[seconds]", "3599") + File + End),
            ("seconds many", Purpose + Field("expires_after[anchor]", "created_at") + Field("expires_after[seconds]", "2592001") + File + End),
            ("seconds odd", Purpose + Field("expires_after[anchor]", "created_at") + Field("expires_after[seconds]", "1e4") + File + End),
            ("long header", Purpose + "--b\r\nX: " + new string('x', 20_000) + "\r\n\r\nx\r\n" + End),
            ("many headers", Purpose + "--b\r\n" + string.Concat(Enumerable.Range(0, 40).Select(static i => $"X{i}: y\r\n")) + "\r\nx\r\n" + End),
            ("many fields", string.Concat(Enumerable.Range(0, 20).Select(static i => Field($"f{i}", "x"))) + End),
            ("bad UTF-8 \u00ff", Field("purpose", "\u00ff\u00fe") + File + End),
        ];
        foreach (var (name, body) in forms)
        {
            yield return MalformedRequest.Of($"POST /v1/files form {name}", "POST", "/v1/files", Encoding.Latin1.GetBytes(body), "Content-Type: multipart/form-data; boundary=b\r\n");
        }

        (string Name, string Headers)[] headers =
        [
            ("no type", ""), ("JSON", "Content-Type: application/json\r\n"), ("mixed", "Content-Type: multipart/mixed; boundary=b\r\n"), ("no boundary", "Content-Type: multipart/form-data\r\n"),
            ("empty boundary", "Content-Type: multipart/form-data; boundary=\r\n"), ("long boundary", $"Content-Type: multipart/form-data; boundary={new string('b', 200)}\r\n"), ("garbage", "Content-Type: ;;;\r\n"),
        ];
        foreach (var (name, header) in headers)
        {
            yield return MalformedRequest.Of($"POST /v1/files header {name}", "POST", "/v1/files", Encoding.Latin1.GetBytes(Purpose + File + End), header);
        }

        yield return new MalformedRequest(
            "POST /v1/files larger than the limit, said",
            MalformedRequest.Head("POST", "/v1/files", "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 40000000\r\n"));
        foreach (var query in (string[])["limit=0", "limit=10001", "limit=x", "order=up", "purpose=batch", "purpose=%00", $"after={new string('a', 200)}"])
        {
            yield return MalformedRequest.Of($"GET /v1/files?{(query.Length > 40 ? query[..40] : query)}", "GET", $"/v1/files?{query}");
        }
    }

    private static string Field(string name, string value) => $"--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n";
}
