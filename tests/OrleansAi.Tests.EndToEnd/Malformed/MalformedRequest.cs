using System.Text;

namespace OrleansAi.Tests.EndToEnd.Malformed;

/// <summary>A request that must be refused.</summary>
/// <param name="Name">What is wrong with it; unique.</param>
/// <param name="Bytes">The whole request as it goes over the connection.</param>
/// <param name="HasBody">False where the protocol below refuses, which answers without a body.</param>
internal sealed record MalformedRequest(string Name, byte[] Bytes, bool HasBody = true)
{
    /// <summary>A request with a body.</summary>
    public static MalformedRequest Of(string name, string method, string path, byte[] body, string headers = "Content-Type: application/json\r\n") =>
        new(name, [.. Head(method, path, $"{headers}Content-Length: {body.Length}\r\n"), .. body]);

    /// <summary>A request without one. A zero in a path is refused by the protocol below.</summary>
    public static MalformedRequest Of(string name, string method, string path) =>
        new(name, Head(method, path, ""), HasBody: !path.Split('?')[0].Contains("%00", StringComparison.Ordinal));

    /// <summary>A request's head.</summary>
    public static byte[] Head(string method, string path, string headers) =>
        Encoding.Latin1.GetBytes($"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n");
}
