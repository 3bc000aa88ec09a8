using System.Text.Json;
using OrleansAi.Contracts.Collections;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Requests;

namespace OrleansAi.Http.VectorStores;

/// <summary>The bodies of <c>POST …/files</c>, <c>…/files/{file}</c> and <c>…/file_batches</c>.</summary>
internal static class AddVectorStoreFiles
{
    /// <summary>One file.</summary>
    public static NewDocument ReadOne(JsonFields fields)
    {
        var document = new NewDocument
        {
            FileId = VectorStoreFields.FileId(fields.Any("file_id") ?? throw VectorStoreFields.Required(fields, "file_id"), fields.Name("file_id")),
            Attributes = VectorStoreFields.Attributes(fields),
            Chunking = VectorStoreFields.Chunking(fields),
        };
        fields.Done();
        return document;
    }

    /// <summary>The attributes that replace those of a file.</summary>
    public static IReadOnlyDictionary<string, CollectionAttribute> ReadAttributes(JsonFields fields, JsonElement body)
    {
        var attributes = VectorStoreFields.Attributes(fields);
        fields.Done();

        // None at all are a wish, too; a body without the field is a mistake.
        return body.TryGetProperty("attributes", out _) ? attributes : throw VectorStoreFields.Required(fields, "attributes");
    }

    /// <summary>
    /// Several files: <c>file_ids</c>, which share attributes and chunking strategy, or <c>files</c>, of which each has its own.
    /// </summary>
    public static IReadOnlyList<NewDocument> ReadBatch(JsonFields fields)
    {
        var ids = VectorStoreFields.FileIds(fields);
        var files = fields.List("files", VectorStoreFields.MostFiles);
        var attributes = VectorStoreFields.Attributes(fields);
        var chunking = VectorStoreFields.Chunking(fields);
        fields.Done();
        if ((ids.Count > 0) == (files.Count > 0))
        {
            throw Invalid.Request(
                $"Give either 'file_ids' or 'files', with 1 to {VectorStoreFields.MostFiles} files.", files.Count > 0 ? "files" : "file_ids");
        }

        if (ids.Count > 0)
        {
            return [.. ids.Select(id => new NewDocument { FileId = id, Attributes = attributes, Chunking = chunking })];
        }

        if (attributes.Count > 0 || chunking is not null)
        {
            var name = chunking is not null ? "chunking_strategy" : "attributes";
            throw Invalid.Request($"'{name}' is for 'file_ids'; with 'files', give it with each of them.", name);
        }

        var documents = new List<NewDocument>(files.Count);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (value, name) in files)
        {
            var document = ReadOne(new JsonFields(value, name));
            documents.Add(known.Add(document.FileId)
                ? document
                : throw Invalid.Request($"'{name}.file_id' is there twice.", $"{name}.file_id"));
        }

        return documents;
    }
}
