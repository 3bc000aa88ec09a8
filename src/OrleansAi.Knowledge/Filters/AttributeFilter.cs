using System.Text;
using System.Text.Json;

namespace OrleansAi.Knowledge.Filters;

/// <summary>Says which documents are searched, by their attributes.</summary>
public abstract record AttributeFilter
{
    private protected AttributeFilter()
    {
    }

    /// <summary>True when a document with these attributes is searched.</summary>
    public abstract bool Matches(IReadOnlyDictionary<string, AttributeValue> attributes);

    /// <summary>The filter as OpenAI's JSON. Equal filters have equal texts, so it can be part of a cache's key.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            Write(writer);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    internal abstract void Write(Utf8JsonWriter writer);
}
