using System.Globalization;
using Microsoft.AspNetCore.Http;
using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Runs;

/// <summary>Reads the query of <c>GET /api/runs</c>.</summary>
internal static class RunQueryReader
{
    /// <summary>The parameters that are read.</summary>
    public static readonly string[] Names = ["conversation", "status", "model", "since", "until", "forkedFrom", "pinned", "cursor", "limit"];

    /// <summary>Reads a query that <see cref="Requests.QueryGate"/> has let through.</summary>
    public static RunQuery Read(IQueryCollection query)
    {
        return new RunQuery
        {
            Conversation = Text("conversation"),
            Model = Text("model"),
            ForkedFrom = Text("forkedFrom") is not { } origin || IsRun(origin)
                ? Text("forkedFrom")
                : throw Invalid.Request($"'forkedFrom' is '{origin}'; it must be the id of a run.", "forkedFrom"),
            Cursor = Text("cursor") is not { } cursor || IsRun(cursor)
                ? Text("cursor")
                : throw Invalid.Request($"'cursor' is '{cursor}'; it must be the next_cursor of the page before.", "cursor"),
            Pinned = Text("pinned") switch
            {
                null => null,
                "true" => true,
                "false" => false,
                var other => throw Invalid.Request($"'pinned' is '{other}'; it must be true or false.", "pinned"),
            },
            Since = Time("since"),
            Until = Time("until"),
            Status = Text("status") is { } status ? Status(status) : null,
            Limit = Text("limit") is { } limit ? Limit(limit) : 50,
        };

        string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

        long? Time(string name) => Text(name) is not { } text ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 100_000_000_000 ? seconds * 1_000
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at.ToUnixTimeMilliseconds()
            : throw Invalid.Request($"'{name}' is '{text}'; it must be Unix seconds or a time such as 2026-11-24T03:00:00Z.", name);
    }

    private static bool IsRun(string id) => IdText.IsPossible(id)
        && (id.StartsWith(IdPrefixes.Response, StringComparison.Ordinal) || id.StartsWith(IdPrefixes.ChatCompletion, StringComparison.Ordinal));

    private static int Limit(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= 200
            ? limit
            : throw Invalid.Request($"'limit' is '{text}'; it must be from 1 to 200.", "limit");

    private static RunStatus Status(string text) => text switch
    {
        "queued" => RunStatus.Queued,
        "in_progress" => RunStatus.InProgress,
        "completed" => RunStatus.Completed,
        "failed" => RunStatus.Failed,
        "cancelled" => RunStatus.Cancelled,
        "incomplete" => RunStatus.Incomplete,
        _ => throw Invalid.Request(
            $"'status' is '{text}'; it must be queued, in_progress, completed, failed, cancelled or incomplete.", "status"),
    };
}
