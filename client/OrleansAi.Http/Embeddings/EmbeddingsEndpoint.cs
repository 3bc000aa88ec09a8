using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Embeddings;
using OrleansAi.Http.Access;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Embeddings;

/// <summary><c>POST /v1/embeddings</c>: vectors of texts. It starts no run and is not recorded.</summary>
internal static class EmbeddingsEndpoint
{
    // About four characters are a token, where a vendor does not say how many it has read.
    private const int CharactersPerToken = 4;

    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls) =>
        routes.MapPost("/v1/embeddings", context => CreateAsync(context, calls)).WithMetadata(NewWork.WithoutRun);

    private static async Task CreateAsync(HttpContext context, FrontCalls calls)
    {
        CreateEmbeddings request;
        using (var body = await RequestBody.ReadAsync(context.Request, calls.Options))
        {
            request = CreateEmbeddings.Read(body.Root, calls.Options);
        }

        var deadline = calls.Time.GetUtcNow().AddSeconds(calls.Options.EmbeddingTimeoutSeconds).ToUnixTimeMilliseconds();
        var result = await calls.Of(context).EmbedAsync(request.Embedding with { Deadline = deadline }, context.RequestAborted);
        var tokens = result.Usage?.InputTokens ?? Estimate(request.Embedding);
        UsedTokens.Note(context, tokens);
        await EmbeddingsWriter.WriteAsync(context, result, request.IsBase64, tokens);
    }

    private static int Estimate(EmbeddingRequest request) =>
        (int)Math.Max(1, request.Inputs.Sum(static input => (long)input.Length) / CharactersPerToken);
}
