using System.Text.Json.Serialization;

namespace OrleansAi.Collections.Catalog;

/// <summary>The generated serializer of the catalog's records: lists of ids.</summary>
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class CatalogJsonContext : JsonSerializerContext;
