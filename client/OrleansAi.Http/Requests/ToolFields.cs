using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Requests;

/// <summary>Reads functions, what of them must be called, and the form of the answer.</summary>
internal static class ToolFields
{
    private const int LongestName = 64;

    /// <summary>The functions of the Responses API; null for none.</summary>
    public static IReadOnlyList<ModelTool>? Tools(JsonFields fields, HttpOptions options) => Tools(fields, options, static tool => tool, FileSearchFields.Type);

    /// <summary>The search of collections among the tools of the Responses API; null for none.</summary>
    public static FileSearch? Search(JsonFields fields)
    {
        FileSearch? search = null;
        foreach (var (value, name) in fields.List("tools", int.MaxValue))
        {
            var tool = new JsonFields(value, name);
            if (tool.RequiredText("type") == FileSearchFields.Type)
            {
                search = search is null
                    ? FileSearchFields.Read(tool)
                    : throw Invalid.Request($"'{name}' is a second file_search; name all vector stores in one.", name);
            }
        }

        return search;
    }

    /// <summary>The functions of chat completions, which stand one level deeper; null for none.</summary>
    public static IReadOnlyList<ModelTool>? ChatTools(JsonFields fields, HttpOptions options) => Tools(fields, options, static tool =>
    {
        var function = tool.Object("function") ?? throw Invalid.Request($"'{tool.Name("function")}' is required.", tool.Name("function"));
        tool.Done();
        return function;
    });

    /// <summary>What must be called (Responses API); null for the default.</summary>
    /// <param name="fields">The body.</param>
    /// <param name="tools">The functions.</param>
    /// <param name="searches">True when a search of collections is among the tools; it is always carried out.</param>
    public static ModelToolChoice? Choice(JsonFields fields, IReadOnlyList<ModelTool>? tools, bool searches) =>
        Choice(fields, tools, static named => named, static allowed => allowed, searches);

    /// <summary>What must be called (chat completions); null for the default.</summary>
    public static ModelToolChoice? ChatChoice(JsonFields fields, IReadOnlyList<ModelTool>? tools) => Choice(
        fields, tools, static named => Inner(named, "function"), static allowed => Inner(allowed, "allowed_tools"));

    /// <summary>A JSON Schema that the answer must follow.</summary>
    /// <param name="fields">Where name, description, schema and strict stand.</param>
    /// <param name="options">The limits.</param>
    public static ModelOutputFormat Schema(JsonFields fields, HttpOptions options) => new()
    {
        Name = FunctionName(fields, "name"),
        Description = fields.Text("description", options.MaxDescriptionLength),
        Schema = fields.RawObject("schema") ?? throw Invalid.Request($"'{fields.Name("schema")}' is required.", fields.Name("schema")),
        Strict = fields.Flag("strict"),
    };

    /// <summary>A function's name.</summary>
    public static string FunctionName(JsonFields fields, string field)
    {
        var name = fields.RequiredText(field);
        if (name.Length > LongestName)
        {
            throw JsonFields.TooLong(fields.Name(field), name.Length, LongestName);
        }

        return name.Length > 0 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? name
            : throw Invalid.Request(
                $"'{fields.Name(field)}' must have 1 to {LongestName} letters, digits, underscores and dashes.", fields.Name(field));
    }

    private static IReadOnlyList<ModelTool>? Tools(JsonFields fields, HttpOptions options, Func<JsonFields, JsonFields> inner, string? apart = null)
    {
        // JsonLimits has counted them.
        var list = fields.List("tools", int.MaxValue)
            .Where(element => apart is null || new JsonFields(element.Value, element.Name).RequiredText("type") != apart)
            .ToList();
        if (list.Count == 0)
        {
            return null;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. list.Select(element =>
            {
                var outer = new JsonFields(element.Value, element.Name);
                var type = outer.RequiredText("type");
                if (type != "function")
                {
                    throw Invalid.Request(
                        $"'{outer.Name("type")}' is '{(type.Length <= 64 ? type : type[..64])}'; only functions that the caller carries out{(apart is null ? "" : " and file_search")} are supported.",
                        outer.Name("type"));
                }

                var function = inner(outer);
                var tool = new ModelTool
                {
                    Name = FunctionName(function, "name"),
                    Description = function.Text("description", options.MaxDescriptionLength),
                    Parameters = function.RawObject("parameters"),
                    Strict = function.Flag("strict"),
                };
                function.Done();
                return names.Add(tool.Name)
                    ? tool
                    : throw Invalid.Request($"'{element.Name}' has the name '{tool.Name}' a second time.", element.Name);
            }),
        ];
    }

    private static ModelToolChoice? Choice(
        JsonFields fields,
        IReadOnlyList<ModelTool>? tools,
        Func<JsonFields, JsonFields> named,
        Func<JsonFields, JsonFields> allowed,
        bool searches = false)
    {
        if (fields.Any("tool_choice") is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            var mode = Mode(fields.Choice("tool_choice", "none", "auto", "required"));
            return mode != ToolChoiceMode.Required || tools is not null || searches
                ? new ModelToolChoice { Mode = mode }
                : throw Invalid.Request("'tool_choice' is 'required', but there are no tools.", "tool_choice");
        }

        var choice = new JsonFields(value, "tool_choice");
        switch (searches ? choice.Choice("type", "function", "allowed_tools", FileSearchFields.Type) : choice.Choice("type", "function", "allowed_tools"))
        {
            case FileSearchFields.Type:
                choice.Done();
                return new ModelToolChoice { Mode = ToolChoiceMode.Required, Name = FileSearchFields.Type };
            case "function":
                var function = named(choice);
                var name = FunctionName(function, "name");
                function.Done();
                choice.Done();
                return new ModelToolChoice { Mode = ToolChoiceMode.Function, Name = Known(name, tools, "tool_choice") };
            case "allowed_tools":
                var inner = allowed(choice);
                var mode = Mode(inner.Choice("mode", "none", "auto", "required") ?? "auto");
                var names = inner.List("tools", tools?.Count ?? 0).Select(element =>
                {
                    var one = new JsonFields(element.Value, element.Name);
                    one.Choice("type", "function");
                    var target = named(one);
                    var known = Known(FunctionName(target, "name"), tools, "tool_choice");
                    target.Done();
                    one.Done();
                    return known;
                }).ToList();
                inner.Done();
                choice.Done();
                return names.Count > 0
                    ? new ModelToolChoice { Mode = mode, Allowed = names }
                    : throw Invalid.Request("'tool_choice.tools' must name at least one tool.", "tool_choice");
            default:
                throw Invalid.Request("'tool_choice.type' is required.", "tool_choice");
        }
    }

    private static JsonFields Inner(JsonFields fields, string field) => fields.Object(field)
        ?? throw Invalid.Request($"'{fields.Name(field)}' is required.", fields.Name(field));

    private static string Known(string name, IReadOnlyList<ModelTool>? tools, string field) => tools?.Any(tool => tool.Name == name) == true
        ? name
        : throw Invalid.Request($"'{field}' names the function '{name}', which is not among the tools.", field);

    private static ToolChoiceMode Mode(string? mode) => mode switch
    {
        "none" => ToolChoiceMode.None,
        "required" => ToolChoiceMode.Required,
        _ => ToolChoiceMode.Auto,
    };
}
