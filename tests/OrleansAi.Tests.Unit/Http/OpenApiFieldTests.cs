using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansAi.Http.Access;
using OrleansAi.Http.ChatCompletions;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;
using OrleansAi.Http.Responses;
using OrleansAi.Http.Runs;
using OrleansAi.Http.VectorStores;
using Xunit;

namespace OrleansAi.Tests.Unit.Http;

/// <summary>The OpenAPI document has the fields that bodies are read for, no more and no less.</summary>
public sealed class OpenApiFieldTests
{
    private static readonly HttpOptions Options = new();
    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement;
    private static readonly JsonNode Schemas = Document()["components"]!["schemas"]!;

    [Fact]
    public void CreateResponse_Fields_AreThoseOfItsSchema() => AreEqual(
        "CreateResponseBody", """{"input":"x","reasoning":{},"text":{},"stream_options":{}}""", static fields => CreateResponse.Read(fields, Options));

    [Fact]
    public void CreateChatCompletion_Fields_AreThoseOfItsSchema() => AreEqual(
        "CreateChatCompletion",
        """{"messages":[{"role":"user","content":"x"}],"stream_options":{}}""",
        static fields => CreateChatCompletion.Read(fields, Options));

    [Fact]
    public void Compact_Fields_AreThoseOfItsSchema() =>
        AreEqual("CompactResponseMethodPublicBody", """{"input":"x"}""", static fields => CompactionEndpoint.Read(fields, Options));

    [Fact]
    public void InputTokens_Fields_AreThoseOfItsSchema() =>
        AreEqual("CountInputTokens", """{"input":"x","reasoning":{},"text":{}}""", static fields => CreateResponse.ReadInputTokens(fields, Options));

    [Fact]
    public void Project_Fields_AreThoseOfItsSchema() =>
        AreEqual("CreateProject", """{"name":"x","limits":{}}""", static fields => AccessFields.Project(fields));

    [Fact]
    public void Key_Fields_AreThoseOfItsSchema() => AreEqual("CreateKey", """{"limits":{}}""", static fields => AccessFields.Key(fields));

    [Fact]
    public void VectorStore_Fields_AreThoseOfItsSchema() =>
        AreEqual("CreateVectorStore", """{"expires_after":{"anchor":"last_active_at","days":1}}""", static fields => CreateVectorStore.Read(fields));

    [Fact]
    public void VectorStoreUpdate_Fields_AreThoseOfItsSchema() =>
        AreEqual("UpdateVectorStore", "{}", static fields => UpdateVectorStore.Read(fields, Empty));

    [Fact]
    public void VectorStoreSearch_Fields_AreThoseOfItsSchema() =>
        AreEqual("SearchVectorStore", """{"query":"x","ranking_options":{}}""", static fields => SearchVectorStore.Read(fields));

    [Fact]
    public void VectorStoreFile_Fields_AreThoseOfItsSchema() =>
        AreEqual("CreateVectorStoreFile", """{"file_id":"file-1"}""", static fields => AddVectorStoreFiles.ReadOne(fields));

    [Fact]
    public void VectorStoreFileBatch_Fields_AreThoseOfItsSchema() =>
        AreEqual("CreateVectorStoreFileBatch", """{"file_ids":["file-1"]}""", static fields => AddVectorStoreFiles.ReadBatch(fields));

    [Fact]
    public void Fork_Fields_AreThoseOfItsSchema() =>
        AreEqual("ForkRun", """{"overrides":{},"tools":{}}""", static fields => ForkFields.Read(fields, Options));

    private static void AreEqual(string schema, string body, Action<JsonFields> read)
    {
        using var document = JsonDocument.Parse(body);
        var fields = new JsonFields(document.RootElement, "");
        read(fields);

        // Of an object inside only what the body has of it is looked at.
        var given = document.RootElement.EnumerateObject().Where(static field => field.Value.ValueKind == JsonValueKind.Object).Select(static field => field.Name);
        var told = Properties(Schemas[schema]!).Keys.Concat(given.SelectMany(outer =>
            Properties(Properties(Schemas[schema]!)[outer]).Keys.Select(inner => $"{outer}.{inner}")));
        Assert.Equal(told.Order(StringComparer.Ordinal), fields.Known.Distinct().Order(StringComparer.Ordinal));
    }

    // All that a schema and what it is made of say.
    private static Dictionary<string, JsonNode> Properties(JsonNode schema)
    {
        var properties = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        if ((string?)schema["$ref"] is { } reference)
        {
            return Properties(Schemas[reference["#/components/schemas/".Length..]]!);
        }

        foreach (var (name, value) in schema["properties"]?.AsObject() ?? [])
        {
            properties[name] = value!;
        }

        foreach (var part in ((string[])["allOf", "anyOf", "oneOf"]).SelectMany(kind => schema[kind]?.AsArray() ?? []))
        {
            foreach (var (name, value) in Properties(part!))
            {
                properties[name] = value;
            }
        }

        return properties;
    }

    private static JsonNode Document()
    {
        using var resource = typeof(HttpOptions).Assembly.GetManifestResourceStream("openapi.v1.json")!;
        return JsonNode.Parse(resource)!;
    }
}
