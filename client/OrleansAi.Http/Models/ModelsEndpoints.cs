using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Models;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Models;

/// <summary><c>/v1/models</c>: the routes.</summary>
internal static class ModelsEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, FrontCalls calls)
    {
        routes.MapGet("/v1/models", async context =>
        {
            var models = await calls.Of(context).ListModelsAsync();
            context.Response.ContentType = "application/json";
            await using var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonText.Options);
            json.WriteStartObject();
            json.WriteString("object", "list");
            json.WriteStartArray("data");
            foreach (var model in models)
            {
                Write(json, model);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            await JsonAnswer.SendAsync(context, json);
        });
        routes.MapGet("/v1/models/{id}", async context =>
        {
            var id = (string)context.Request.RouteValues["id"]!;
            var models = await calls.Of(context).ListModelsAsync();
            var model = models.FirstOrDefault(model => model.Id == id) ?? throw new OrleansAiException(
                ErrorCodes.ModelNotFound, $"There is no model '{id}'; known are {string.Join(", ", models.Select(static known => known.Id))}.");
            context.Response.ContentType = "application/json";
            await using var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonText.Options);
            Write(json, model);
            await JsonAnswer.SendAsync(context, json);
        });
    }

    private static void Write(Utf8JsonWriter json, ModelInfo model)
    {
        json.WriteStartObject();
        json.WriteString("id", model.Id);
        json.WriteString("object", "model");

        // A route has no birthday; the field is part of the format.
        json.WriteNumber("created", 0);
        json.WriteString("owned_by", model.OwnedBy);
        json.WriteEndObject();
    }
}
