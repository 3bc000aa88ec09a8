using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Requests;

/// <summary>
/// Checks the query of a request before anything is made of it: only names that its endpoint reads, each once, and values that
/// are text of a bounded length without control characters, which not every store takes.
/// </summary>
internal sealed class QueryGate(RequestDelegate next)
{
    /// <summary>The name of a list of wishes, which may come several times.</summary>
    public const string Include = "include";

    /// <summary>The name of pairs, which come as <c>metadata[key]=value</c>.</summary>
    public const string Metadata = "metadata";

    private const int LongestValue = 512;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.QueryString.HasValue && context.GetEndpoint() is RouteEndpoint endpoint
            && (context.Request.Path.StartsWithSegments("/v1") || context.Request.Path.StartsWithSegments("/api")))
        {
            Check(context.Request.Query, endpoint.Metadata.GetMetadata<QueryNames>()?.Names ?? []);
        }

        return next(context);
    }

    /// <summary>Checks a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="known">What is read of it.</param>
    /// <exception cref="Contracts.Errors.OrleansAiException">Something is wrong with it.</exception>
    public static void Check(IQueryCollection query, IReadOnlyList<string> known)
    {
        foreach (var (name, values) in query)
        {
            var plain = PlainName(name);
            if (!known.Contains(plain) || (plain == Metadata) != IsPair(name))
            {
                throw Invalid.Request(
                    $"Unknown parameter: '{name}'; {(known.Count == 0 ? "there are none here" : $"known are {string.Join(", ", known)}")}.", name);
            }

            if (values.Count > 1 && plain != Include)
            {
                throw Invalid.Request($"'{name}' is given {values.Count} times; give it once.", name);
            }

            if (values.Any(static value => value!.Length > LongestValue || value.Any(char.IsControl)) || name.Any(char.IsControl))
            {
                throw Invalid.Request($"'{name}' has control characters or more than {LongestValue} characters.", name);
            }
        }
    }

    /// <summary>The pairs of <c>metadata[key]=value</c>.</summary>
    public static IReadOnlyDictionary<string, string> Pairs(IQueryCollection query) => query
        .Where(static pair => IsPair(pair.Key))
        .ToDictionary(static pair => pair.Key[(Metadata.Length + 1)..^1], static pair => pair.Value.ToString(), StringComparer.Ordinal);

    private static bool IsPair(string name) => name.StartsWith(Metadata + "[", StringComparison.Ordinal) && name.EndsWith(']');

    private static string PlainName(string name) => IsPair(name) ? Metadata : name == Include + "[]" ? Include : name;
}
