using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Vendors;
using OrleansAi.Http.Access;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Vendors;

/// <summary><c>/api/vendors</c> and <c>/api/alerts</c>: how the vendors do, why, since when, and what to do about it.</summary>
internal static class VendorsEndpoints
{
    // Read by people at night, with curl.
    private static readonly JsonWriterOptions Indented = JsonText.Options with { Indented = true };

    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        routes.MapGet("/api/vendors", async context =>
            await WriteAsync(context, VendorWriter.WriteAll, await ListAsync(context, calls)));
        routes.MapGet("/api/vendors/{name}", async context =>
        {
            var name = (string)context.Request.RouteValues["name"]!;
            var reports = await ListAsync(context, calls);
            if (!reports.Any(report => report.Vendors.Any(vendor => vendor.Vendor == name)))
            {
                var known = reports.SelectMany(static report => report.Vendors).Select(static vendor => vendor.Vendor);
                throw new OrleansAiException(
                    ErrorCodes.VendorNotFound,
                    $"There is no vendor '{name}'; known are {string.Join(", ", known.Distinct().Order(StringComparer.Ordinal))}.");
            }

            await WriteAsync(context, (json, all) => VendorWriter.WriteOne(json, all, name), reports);
        });
        routes.MapGet("/api/alerts", async context =>
            await WriteAsync(context, AlertWriter.WriteAll, await ListAsync(context, calls)));
    }

    private static async Task<IReadOnlyList<SiloVendorReport>> ListAsync(HttpContext context, FrontCalls calls)
    {
        var client = calls.Of(context);
        var reports = await client.ListVendorsAsync();
        return Caller.Of(context).Grant is null ? reports : await OwnRuns.OnlyAsync(client, reports);
    }

    private static async Task WriteAsync(
        HttpContext context,
        Action<Utf8JsonWriter, IReadOnlyList<SiloVendorReport>> write,
        IReadOnlyList<SiloVendorReport> reports)
    {
        context.Response.ContentType = "application/json";
        await using (var json = new Utf8JsonWriter(context.Response.BodyWriter, Indented))
        {
            write(json, reports);
            await json.FlushAsync(context.RequestAborted);
        }

        await context.Response.WriteAsync("\n", context.RequestAborted);
    }
}
