using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using OrleansAi.Contracts.Files;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.Files;

/// <summary><c>/v1/files</c>: uploads for a model's input.</summary>
internal static class FilesEndpoints
{
    private const int MostListed = 10_000;

    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls, FileUploadReader uploads)
    {
        routes.MapPost("/v1/files", async context => await WriteAsync(context, await uploads.ReadAsync(context, calls.Of(context).Files)))
            .WithMetadata(NewWork.Other);
        routes.MapGet("/v1/files", context => ListAsync(context, calls)).WithQuery("limit", "order", "after", "purpose");
        routes.MapGet("/v1/files/{id}", async context =>
            await WriteAsync(context, await calls.Of(context).Files.GetAsync(Id(context), context.RequestAborted)));
        routes.MapGet("/v1/files/{id}/content", context => DownloadAsync(context, calls));
        routes.MapDelete("/v1/files/{id}", async context =>
        {
            await calls.Of(context).Files.DeleteAsync(Id(context), context.RequestAborted);
            await JsonAnswer.WriteDeletedAsync(context, Id(context), "file");
        });
    }

    private static async Task ListAsync(HttpContext context, FrontCalls calls)
    {
        var page = PageQuery.Read(context.Request.Query, mostEntries: MostListed, entries: MostListed);
        var purpose = context.Request.Query["purpose"].ToString();
        if (purpose.Length > 0)
        {
            FileFields.CheckPurpose(purpose);
        }

        var files = await calls.Of(context).Files.ListAsync(
            new FileQuery
            {
                After = page.After is { Length: <= 128 } or null ? page.After : throw Invalid.Request("'after' is not the id of a file.", "after"),
                Limit = page.Limit,
                Ascending = page.Ascending,
                Purpose = purpose.Length > 0 ? purpose : null,
            },
            context.RequestAborted);
        await JsonAnswer.WriteAsync(context, files, WritePage);
    }

    private static async Task DownloadAsync(HttpContext context, FrontCalls calls)
    {
        var files = calls.Of(context).Files;
        var file = await files.GetAsync(Id(context), context.RequestAborted);
        var response = context.Response;

        // Whatever is in it, no browser is to show it as a page from here.
        response.ContentType = "application/octet-stream";
        response.Headers.XContentTypeOptions = "nosniff";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(file.Name);
        response.Headers.ContentDisposition = disposition.ToString();
        response.ContentLength = file.Bytes;
        await foreach (var piece in files.ReadAsync(file, context.RequestAborted))
        {
            await response.Body.WriteAsync(piece, context.RequestAborted);
        }
    }

    private static Task WriteAsync(HttpContext context, FileView file) => JsonAnswer.WriteAsync(context, file, Write);

    private static void WritePage(Utf8JsonWriter json, FilePage page) =>
        ListPage.Write(json, page.Files, page.HasMore, static file => file.Id, Write);

    private static void Write(Utf8JsonWriter json, FileView file)
    {
        json.WriteStartObject();
        json.WriteString("id", file.Id);
        json.WriteString("object", "file");
        json.WriteNumber("bytes", file.Bytes);
        json.WriteNumber("created_at", file.CreatedAt / 1_000);
        if (file.ExpiresAt is { } end)
        {
            json.WriteNumber("expires_at", end / 1_000);
        }

        json.WriteString("filename", file.Name);
        json.WriteString("purpose", file.Purpose);
        json.WriteString("status", "processed");
        json.WriteEndObject();
    }

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;
}
