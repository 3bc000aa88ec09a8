using Microsoft.AspNetCore.Http;

namespace OrleansAi.Http.Access;

/// <summary>How many tokens a request took that starts no run.</summary>
internal sealed record UsedTokens(int Count)
{
    /// <summary>Says it.</summary>
    public static void Note(HttpContext context, int count) => context.Features.Set(new UsedTokens(count));

    /// <summary>What was said; 0 for nothing.</summary>
    public static int Of(HttpContext context) => context.Features.Get<UsedTokens>()?.Count ?? 0;
}
