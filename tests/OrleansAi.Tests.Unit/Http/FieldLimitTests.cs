using System.Text;
using System.Text.Json.Nodes;
using OrleansAi.Contracts.Errors;
using OrleansAi.Http.ChatCompletions;
using OrleansAi.Http.Hosting;
using OrleansAi.Http.Requests;
using OrleansAi.Http.Responses;
using Xunit;

namespace OrleansAi.Tests.Unit.Http;

/// <summary>Limits of fields: named by the same two codes wherever they stand, and as they are configured.</summary>
public sealed class FieldLimitTests
{
    [Theory]
    [InlineData("input", 3, ErrorCodes.TooManyItems, "input")]
    [InlineData("include", 17, ErrorCodes.TooManyItems, "include")]
    [InlineData("metadata", 17, ErrorCodes.TooManyItems, "metadata")]
    [InlineData("metadata key", 65, ErrorCodes.StringTooLong, "metadata")]
    [InlineData("safety_identifier", 65, ErrorCodes.StringTooLong, "safety_identifier")]
    [InlineData("name", 65, ErrorCodes.StringTooLong, "tools[0].name")]
    [InlineData("description", 101, ErrorCodes.StringTooLong, "tools[0].description")]
    [InlineData("tools", 3, ErrorCodes.TooManyTools, "tools")]
    public void Response_OverALimit_SaysWhich(string what, int size, string code, string param)
    {
        var options = new HttpOptions { MaxMessages = 2, MaxDescriptionLength = 100, MaxTools = 2 };

        Assert.Equal((code, param), Refusal(() => ReadResponse(Response(what, size), options)));
        ReadResponse(Response(what, size - 1), options);
    }

    [Theory]
    [InlineData("messages", 3, ErrorCodes.TooManyItems, "messages")]
    [InlineData("stop", 5, ErrorCodes.TooManyItems, "stop")]
    [InlineData("stop text", 257, ErrorCodes.StringTooLong, "stop")]
    [InlineData("n", 6, ErrorCodes.InvalidRequest, "n")]
    public void Completion_OverALimit_SaysWhich(string what, int size, string code, string param)
    {
        var options = new HttpOptions { MaxMessages = 2, MaxChoices = 5 };

        Assert.Equal((code, param), Refusal(() => ReadCompletion(Completion(what, size), options)));
        ReadCompletion(Completion(what, size - 1), options);
    }

    [Fact]
    public void Response_MoreToolsThanTheDefaultAllows_AreTakenWhereConfigured() =>
        Assert.Equal(300, ReadResponse(Response("tools", 300), new HttpOptions { MaxTools = 300 }).Turn.Options.Tools!.Count);

    private static JsonObject Response(string what, int size)
    {
        var body = new JsonObject { ["input"] = "hello" };
        switch (what)
        {
            case "input":
                body["input"] = List(size, static _ => new JsonObject { ["role"] = "user", ["content"] = "x" });
                break;
            case "include":
                body["include"] = List(size, static _ => "reasoning.encrypted_content");
                break;
            case "metadata":
                body["metadata"] = new JsonObject(Enumerable.Range(0, size).Select(static i => KeyValuePair.Create($"k{i}", (JsonNode?)"v")));
                break;
            case "metadata key":
                body["metadata"] = new JsonObject { [new string('k', size)] = "v" };
                break;
            case "name":
                body["tools"] = List(1, _ => new JsonObject { ["type"] = "function", ["name"] = new string('f', size) });
                break;
            case "description":
                body["tools"] = List(1, _ => new JsonObject { ["type"] = "function", ["name"] = "f", ["description"] = new string('d', size) });
                break;
            case "tools":
                body["tools"] = List(size, static i => new JsonObject { ["type"] = "function", ["name"] = $"f{i}" });
                break;
            default:
                body[what] = new string('x', size);
                break;
        }

        return body;
    }

    private static JsonObject Completion(string what, int size) => what switch
    {
        "messages" => new JsonObject { ["messages"] = Messages(size) },
        "stop" => new JsonObject { ["messages"] = Messages(1), ["stop"] = List(size, static i => $"s{i}") },
        "stop text" => new JsonObject { ["messages"] = Messages(1), ["stop"] = new string('s', size) },
        _ => new JsonObject { ["messages"] = Messages(1), ["n"] = size },
    };

    private static JsonArray Messages(int count) => List(count, static _ => new JsonObject { ["role"] = "user", ["content"] = "x" });

    private static JsonArray List(int count, Func<int, JsonNode> make) => new([.. Enumerable.Range(0, count).Select(make)]);

    private static CreateResponse ReadResponse(JsonObject body, HttpOptions options)
    {
        using var read = RequestBody.Of(Encoding.UTF8.GetBytes(body.ToJsonString()), options);
        return CreateResponse.Read(read.Root, options);
    }

    private static CreateChatCompletion ReadCompletion(JsonObject body, HttpOptions options)
    {
        using var read = RequestBody.Of(Encoding.UTF8.GetBytes(body.ToJsonString()), options);
        return CreateChatCompletion.Read(read.Root, options);
    }

    private static (string Code, string? Param) Refusal(Action read)
    {
        var error = Assert.Throws<OrleansAiException>(read);
        return (error.Code, error.Param);
    }
}
