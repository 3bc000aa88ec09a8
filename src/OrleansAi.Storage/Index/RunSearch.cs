using OrleansAi.Contracts.Ids;
using OrleansAi.Contracts.Runs;

namespace OrleansAi.Storage.Index;

/// <summary>A search over the index of runs as SQL that both databases understand.</summary>
internal sealed class RunSearch
{
    private const string OpenColumns =
        "tenant, run_key, run_prefix, conversation, model, 1 as status, created_at, " +
        "cast(null as bigint) as ended_at, admitted_position, cast(null as bigint) as ended_position, waker, " +
        "cast(null as text) as listing, forked_from";

    private const string EndedColumns =
        "tenant, run_key, run_prefix, conversation, model, cast(status as integer), created_at, " +
        "ended_at, admitted_position, ended_position, cast(null as text) as waker, listing, forked_from";

    /// <summary>A run by its key, open or ended.</summary>
    public const string Find =
        $"select {OpenColumns} from open_runs where run_key = @key and tenant = @tenant " +
        $"union all select {EndedColumns} from runs where run_key = @key and tenant = @tenant";

    /// <summary>Open runs of all tenants.</summary>
    public const string ListOpen =
        $"select {OpenColumns} from open_runs where run_key > @after order by run_key limit @limit";

    // Milliseconds: an hour, clocks of several machines included.
    private const long LongestAdmission = 3_600_000;

    // The first text behind all that begin as the ids of conversations do.
    private static readonly string BehindConversations = $"{IdPrefixes.Conversation[..^1]}{(char)(IdPrefixes.Conversation[^1] + 1)}";

    private RunSearch(string sql, IReadOnlyList<KeyValuePair<string, object>> parameters)
    {
        Sql = sql;
        Parameters = parameters;
    }

    /// <summary>The query.</summary>
    public string Sql { get; }

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Parameters { get; }

    /// <summary>Makes the query; it gives one run more than the limit, where there is one.</summary>
    public static RunSearch Of(string tenant, RunQuery query) => query.ByConversation ? OfConversations(tenant, query)
        : query.Listed || query.ChoicesOf is not null ? OfListed(tenant, query)
        : OfAll(tenant, query);

    // From each conversation to the one before it in the index, so that a conversation of any length costs two look-ups. Open runs are few: they
    // are read once. A conversation may come twice, with its newest run that is open and its newest that has ended.
    private static RunSearch OfConversations(string tenant, RunQuery query)
    {
        const string range = "tenant = @tenant and conversation >= @first and conversation <";
        return new RunSearch(
            $"""
            with recursive c(id, n) as (
              select (select max(conversation) from runs where {range} @cursor), 1
              union all
              select (select max(conversation) from runs where {range} c.id), c.n + 1 from c where c.id is not null and c.n < @limit
            )
            select * from (
              select {EndedColumns} from c, runs where tenant = @tenant
                and run_key = (select max(run_key) from runs where tenant = @tenant and conversation = c.id)
              union all
              select {OpenColumns} from open_runs where tenant = @tenant
                and run_key in (select max(run_key) from open_runs where {range} @cursor group by conversation)
            ) r order by conversation desc, run_key desc limit @rows
            """,
            [
                new("tenant", tenant), new("first", IdPrefixes.Conversation), new("cursor", query.Cursor ?? BehindConversations),
                new("limit", (long)query.Limit + 1), new("rows", 2 * ((long)query.Limit + 1)),
            ]);
    }

    // Through the partial index alone: it is small, in the wanted order, and has no run that is not listed.
    private static RunSearch OfListed(string tenant, RunQuery query)
    {
        var conditions = new List<string>
        {
            "tenant = @tenant", "listing is not null", query.ChoicesOf is null ? "listing = run_key" : "listing = @listing and run_key <> @listing",
            $"status in ({(int)RunStatus.Completed}, {(int)RunStatus.Incomplete})",
        };
        var parameters = new List<KeyValuePair<string, object>> { new("tenant", tenant), new("limit", (long)query.Limit + 1) };
        Add("listing", RunKey.Of(query.ChoicesOf), null);
        Add("model", query.Model, "model = @model");
        Add("cursor", RunKey.Of(query.Cursor), query.Ascending ? "listing > @cursor" : "listing < @cursor");
        var order = query.Ascending ? "asc" : "desc";
        return new RunSearch(
            $"select {EndedColumns} from runs where {string.Join(" and ", conditions)} order by listing {order}, run_key {order} limit @limit", parameters);

        void Add(string name, string? value, string? condition)
        {
            if (value is not null)
            {
                parameters.Add(new(name, value));
                if (condition is not null)
                {
                    conditions.Add(condition);
                }
            }
        }
    }

    private static RunSearch OfAll(string tenant, RunQuery query)
    {
        // What collections index is in the index to be woken after a crash; it is no run that callers know.
        var conditions = new List<string> { "tenant = @tenant", $"run_prefix <> '{IdPrefixes.Ingestion}'" };
        var parameters = new List<KeyValuePair<string, object>> { new("tenant", tenant), new("limit", (long)query.Limit + 1) };
        Add(query.Conversation, "conversation = @conversation", "conversation");
        Add(query.Model, "model = @model", "model");
        Add(query.ForkedFrom, "forked_from = @origin", "origin");
        Add(query.Since, "created_at >= @since", "since");
        Add(query.Until, "created_at < @until", "until");
        Add(query.IdPrefix, "run_prefix = @prefix", "prefix");
        Add(query.Cursor is { } cursor ? RunKey.Split(cursor).Key : null, query.Ascending ? "run_key > @cursor" : "run_key < @cursor", "cursor");

        // A key is made before its run's time is taken, so this bound lets the index be used and cuts nothing off.
        Add(query.Until is { } until ? LowestKey(until) : null, "run_key < @untilKey", "untilKey");

        // No request waits for its admission as long as this, so neither does this one, and a few young runs are not looked for among all old ones.
        Add(query.Since is { } since ? LowestKey(since - LongestAdmission) : null, "run_key >= @sinceKey", "sinceKey");

        var isOpen = query.Status is { } open && !open.IsTerminal();
        var isEnded = query.Status is { } ended && ended.IsTerminal();
        var where = string.Join(" and ", conditions);
        var parts = new List<string>();
        var order = query.Ascending ? "asc" : "desc";
        if (!isEnded)
        {
            parts.Add($"select * from (select {OpenColumns} from open_runs where {where} order by run_key {order} limit @limit) o");
        }

        if (!isOpen)
        {
            if (isEnded)
            {
                // As a literal, so that the partial index is seen to fit.
                where += $" and status = {(int)query.Status!.Value}";
            }

            parts.Add($"select * from (select {EndedColumns} from runs where {where} order by run_key {order} limit @limit) e");
        }

        return new RunSearch(
            $"select * from ({string.Join(" union all ", parts)}) r order by run_key {order} limit @limit", parameters);

        void Add(object? value, string condition, string name)
        {
            if (value is not null)
            {
                conditions.Add(condition);
                parameters.Add(new(name, value));
            }
        }
    }

    private static string LowestKey(long milliseconds) => IdSource.LowestAt(
        "", DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())));
}
