using Microsoft.AspNetCore.Builder;

namespace OrleansAi.Http.Requests;

/// <summary>
/// The query parameters that an endpoint reads; one without this mark reads none. <see cref="QueryGate"/> refuses all others,
/// because an ignored wish is worse than a refused one.
/// </summary>
/// <param name="Names">
/// The names. <c>include</c> may come several times and as <c>include[]</c>; <c>metadata</c> comes as <c>metadata[key]</c>.
/// </param>
internal sealed record QueryNames(params IReadOnlyList<string> Names);

/// <summary>Marks endpoints.</summary>
internal static class QueryNamesExtensions
{
    /// <summary>Says which query parameters an endpoint reads.</summary>
    public static void WithQuery(this IEndpointConventionBuilder endpoint, params string[] names) => endpoint.WithMetadata(new QueryNames(names));
}
