using System.Text.Json;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Requests;

/// <summary>
/// The fields of a JSON object in a request. Each reader checks type and bounds and names the field in its error; a field
/// that nobody asked for is refused, because an ignored wish is worse than a refused one.
/// </summary>
internal sealed class JsonFields
{
    private readonly JsonElement _element;
    private readonly string _path;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly List<JsonFields> _inner = [];

    public JsonFields(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Invalid.Request(
                path.Length == 0 ? "The body must be a JSON object." : $"'{path}' must be an object.", path.Length == 0 ? null : path);
        }

        _element = element;
        _path = path;
    }

    /// <summary>
    /// The full names of the fields that were asked for, those of objects inside included, but for those that must not be
    /// given: what the OpenAPI document has to tell.
    /// </summary>
    public IEnumerable<string> Known =>
        _known.Except(_refused, StringComparer.Ordinal).Select(Name).Concat(_inner.SelectMany(static fields => fields.Known));

    /// <summary>A field's full name.</summary>
    public string Name(string field) => _path.Length == 0 ? field : $"{_path}.{field}";

    /// <summary>A field, or null when it is missing or null.</summary>
    public JsonElement? Any(string field)
    {
        _known.Add(field);
        return _element.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>True when a field is there, be it null.</summary>
    public bool IsGiven(string field)
    {
        _known.Add(field);
        return _element.TryGetProperty(field, out _);
    }

    /// <summary>Fields that are taken and have no effect here.</summary>
    public void Accept(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            _known.Add(field);
        }
    }

    /// <summary>A field that must be missing, null or empty.</summary>
    public void Refuse(string field, string what)
    {
        _refused.Add(field);
        if (Any(field) is { } value
            && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0)
            && !(value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any()))
        {
            throw Invalid.NotSupported(Name(field), what);
        }
    }

    public string? Text(string field, int longest = int.MaxValue)
    {
        if (Any(field) is not { } value)
        {
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? ReadText(value, Name(field)) : throw Wrong(field, "a string");
        return text.Length <= longest
            ? text
            : throw TooLong(Name(field), text.Length, longest);
    }

    public string RequiredText(string field) =>
        Text(field) ?? throw Invalid.Request($"'{Name(field)}' is required.", Name(field));

    /// <summary>A text that has a new name and an old one; both may only say the same.</summary>
    public string? Text(string field, string old, int longest)
    {
        var (text, other) = (Text(field, longest), Text(old, longest));
        return text is null || other is null || text == other ? text ?? other : throw Twice(field, old);
    }

    /// <summary>A whole number that has a new name and an old one; both may only say the same.</summary>
    public int? Integer(string field, string old, int least)
    {
        var (number, other) = (Integer(field, least), Integer(old, least));
        return number is null || other is null || number == other ? number ?? other : throw Twice(field, old);
    }

    public bool Flag(string field) => OptionalFlag(field) ?? false;

    public bool? OptionalFlag(string field) => Any(field) is not { } value
        ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(field, "true or false");

    /// <summary>The fields of an object inside, or null.</summary>
    public JsonFields? Object(string field)
    {
        if (Any(field) is not { } value)
        {
            return null;
        }

        var fields = new JsonFields(value, Name(field));
        _inner.Add(fields);
        return fields;
    }

    /// <summary>A JSON object as it was sent, or null.</summary>
    public string? RawObject(string field) => Any(field) is not { } value
        ? null
        : value.ValueKind == JsonValueKind.Object ? value.GetRawText() : throw Wrong(field, "an object");

    /// <summary>The elements of a list with their full names; none when it is missing.</summary>
    public IReadOnlyList<(JsonElement Value, string Name)> List(string field, int most)
    {
        if (Any(field) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(field, "a list");
        }

        var count = value.GetArrayLength();
        return count <= most
            ? [.. value.EnumerateArray().Select((element, index) => (element, $"{Name(field)}[{index}]"))]
            : throw new OrleansAiException(ErrorCodes.TooManyItems, $"'{Name(field)}' has {count} elements, the limit is {most}.") { Param = Name(field) };
    }

    public double? Number(string field, double least, double most)
    {
        if (Any(field) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var number))
        {
            throw Wrong(field, "a number");
        }

        return number >= least && number <= most
            ? number
            : throw Invalid.Request($"'{Name(field)}' is {number}; it must be from {least} to {most}.", Name(field));
    }

    /// <summary>A whole number of 64 bits.</summary>
    public long? Long(string field) => Any(field) is not { } value
        ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : throw Wrong(field, "a whole number");

    public int? Integer(string field, int least, int most = int.MaxValue)
    {
        if (Any(field) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number))
        {
            throw Wrong(field, "a whole number");
        }

        return number >= least && number <= most
            ? number
            : throw Invalid.Request(
                $"'{Name(field)}' is {number}; it must be {(most == int.MaxValue ? $"at least {least}" : $"from {least} to {most}")}.",
                Name(field));
    }

    /// <summary>One of a few texts, or null.</summary>
    public string? Choice(string field, params ReadOnlySpan<string> choices)
    {
        var text = Text(field);
        return text is null || choices.Contains(text)
            ? text
            : throw Invalid.Request($"'{Name(field)}' is '{text}'; it must be one of {string.Join(", ", choices)}.", Name(field));
    }

    /// <summary>The error for a text that is too long.</summary>
    public static OrleansAiException TooLong(string name, int length, int longest) =>
        new(ErrorCodes.StringTooLong, $"'{name}' has {length} characters, the limit is {longest}.") { Param = name };

    /// <summary>The caller's own pairs: at most 16, keys of at most 64 and values of at most 512 characters.</summary>
    public IReadOnlyDictionary<string, string>? Metadata(string field)
    {
        if (Any(field) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(field, "an object");
        }

        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in value.EnumerateObject())
        {
            var name = $"{Name(field)}.{pair.Name}";
            var text = pair.Value.ValueKind == JsonValueKind.String
                ? ReadText(pair.Value, name)
                : throw Invalid.Request($"'{name}' must be a string.", Name(field));
            if (pair.Name.Length > 64 || text.Length > 512)
            {
                throw new OrleansAiException(ErrorCodes.StringTooLong, $"'{name}' is too long; keys have at most 64 characters, values 512.")
                {
                    Param = Name(field),
                };
            }

            pairs[pair.Name] = text;
        }

        return pairs.Count <= 16
            ? pairs
            : throw new OrleansAiException(ErrorCodes.TooManyItems, $"'{Name(field)}' has {pairs.Count} pairs, the limit is 16.") { Param = Name(field) };
    }

    /// <summary>Refuses fields that were not asked for.</summary>
    public void Done()
    {
        foreach (var field in _element.EnumerateObject().Where(field => !_known.Contains(field.Name)))
        {
            throw Invalid.Request($"Unknown parameter: '{Name(field.Name)}'.", Name(field.Name));
        }
    }

    public OrleansAiException Wrong(string field, string expected) =>
        Invalid.Request($"'{Name(field)}' must be {expected}.", Name(field));

    private OrleansAiException Twice(string field, string old) =>
        Invalid.Request($"'{Name(old)}' says something else than '{Name(field)}', which has taken its place; leave it out.", Name(old));

    // JSON can hold half of a surrogate pair, which is no text and could not be stored byte for byte.
    public static string ReadText(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Invalid.Request($"'{name}' is not valid Unicode.", name);
        }
    }
}
