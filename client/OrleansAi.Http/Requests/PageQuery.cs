using System.Globalization;
using Microsoft.AspNetCore.Http;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Requests;

/// <summary>Which page of a list is asked for, as OpenAI's API says it.</summary>
/// <param name="After">The last id of the page before; null for the first page.</param>
/// <param name="Limit">The most entries, 1 to 100.</param>
/// <param name="Ascending">True for the oldest first.</param>
internal sealed record PageQuery(string? After, int Limit, bool Ascending)
{
    /// <summary>Reads a query that <see cref="QueryGate"/> has let through.</summary>
    /// <param name="query">The request's query.</param>
    /// <param name="ascending">True when the oldest come first unless somebody says otherwise.</param>
    /// <param name="mostEntries">The largest limit.</param>
    /// <param name="entries">The limit when there is none in the query.</param>
    public static PageQuery Read(IQueryCollection query, bool ascending = false, int mostEntries = 100, int entries = 20)
    {
        var limit = entries;
        if (query["limit"].ToString() is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1 || limit > mostEntries))
        {
            throw Invalid.Request($"'limit' is '{text}'; it must be from 1 to {mostEntries}.", "limit");
        }

        return new PageQuery(
            query["after"].ToString() is { Length: > 0 } after ? after : null,
            limit,
            query["order"].ToString() switch
            {
                "" => ascending,
                "asc" => true,
                "desc" => false,
                var order => throw Invalid.Request($"'order' is '{order}'; it must be asc or desc.", "order"),
            });
    }

    /// <summary>Whether the items shall show what vendors want back of their reasoning; any other wish is refused.</summary>
    public static bool IncludesOpaque(IQueryCollection query)
    {
        var withOpaque = false;
        foreach (var include in query[QueryGate.Include].Concat(query[QueryGate.Include + "[]"]).OfType<string>())
        {
            withOpaque |= include == "reasoning.encrypted_content"
                ? true
                : throw Invalid.NotSupported("include", $"'{(include.Length <= 64 ? include : include[..64])}'");
        }

        return withOpaque;
    }

    /// <summary>A wish that is true or false; false when it is not given.</summary>
    public static bool Flag(IQueryCollection query, string name) => query[name].ToString().ToLowerInvariant() switch
    {
        "true" => true,
        "" or "false" => false,
        var text => throw Invalid.Request($"'{name}' is '{text}'; it must be true or false.", name),
    };
}
