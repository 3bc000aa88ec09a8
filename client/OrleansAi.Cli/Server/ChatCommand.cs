using System.CommandLine;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansAi.Cli.Terminal;

namespace OrleansAi.Cli.Server;

/// <summary><c>chat</c>: one turn, streamed, or one after the other while somebody types.</summary>
internal static class ChatCommand
{
    private static readonly Argument<string?> Message = new("message")
    {
        Description = "What is said. Without it each line of the input is a turn.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Model = new("--model", "-m") { Description = "A route; the server's default without it." };
    private static readonly Option<string?> Conversation = new("--conversation", "-c") { Description = "Goes on in this conversation; else a new one begins." };
    private static readonly Option<string?> Instructions = new("--instructions") { Description = "How the model shall answer." };

    public static Command Create() => new Command("chat", "Talk, and see the answer while it comes.") { Message, Model, Conversation, Instructions }
        .Does(async (session, parsed, cancellationToken) =>
        {
            var conversation = parsed.GetValue(Conversation)
                ?? (await session.Api.PostAsync("v1/conversations", new JsonObject(), cancellationToken)).Text("id")!;
            var worst = ExitCodes.Ok;
            if (parsed.GetValue(Message) is { } message)
            {
                worst = await TurnAsync(session, parsed, conversation, message, cancellationToken);
            }
            else
            {
                while (await NextAsync(cancellationToken) is { } line)
                {
                    worst = Math.Max(worst, await TurnAsync(session, parsed, conversation, line, cancellationToken));
                }
            }

            session.Hint($"Go on with: orleansai chat --conversation {conversation}");
            return worst;
        });

    private static async Task<string?> NextAsync(CancellationToken cancellationToken)
    {
        if (!Console.IsInputRedirected)
        {
            await Console.Error.WriteAsync("> ");
        }

        string? line;
        do
        {
            line = await Console.In.ReadLineAsync(cancellationToken);
        }
        while (line is { Length: 0 });

        return line;
    }

    private static async Task<int> TurnAsync(
        Session session, ParseResult parsed, string conversation, string message, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["conversation"] = conversation, ["input"] = message, ["stream"] = true };
        Add("model", parsed.GetValue(Model));
        Add("instructions", parsed.GetValue(Instructions));
        var text = Json.Line(body);
        using var answer = await session.Api.SendAsync(
            HttpMethod.Post, "v1/responses", () => new StringContent(text, Encoding.UTF8, "application/json"), cancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        JsonNode? last = null;
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            if (item.Data is "[DONE]" or "")
            {
                continue;
            }

            last = Parse(item.Data);
            if (!session.IsJson && last.Text("type") is "response.output_text.delta" or "response.refusal.delta")
            {
                Console.Out.Write(Show.Safe(last.Text("delta")));
                await Console.Out.FlushAsync(cancellationToken);
            }
        }

        return End(session, last);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                body[name] = value;
            }
        }
    }

    private static int End(Session session, JsonNode? last)
    {
        if (last?["response"] is not { } response)
        {
            throw new CliException(
                ExitCodes.Failed, last.Text("code") ?? "stream_broken", last.Text("message") ?? "The stream ended before its last event; the run goes on, see 'runs list'.");
        }

        if (session.IsJson)
        {
            Session.WriteJson(response.DeepClone());
        }
        else
        {
            Console.Out.WriteLine();
        }

        if (response["error"] is JsonObject error)
        {
            session.WriteError(error.Text("code") ?? "failed", error.Text("message") ?? "The turn failed.");
            return ExitCodes.Failed;
        }

        foreach (var call in response.List("output").Where(static item => item.Text("type") == "function_call"))
        {
            session.Hint($"The model calls {call.Text("name")}({call.Text("arguments")}).");
        }

        session.Hint($"{response.Text("id")} {response.Text("status")}");
        return ExitCodes.Ok;
    }

    private static JsonNode Parse(string data)
    {
        try
        {
            return JsonNode.Parse(data) ?? new JsonObject();
        }
        catch (JsonException exception)
        {
            throw new CliException(ExitCodes.Failed, "stream_broken", $"The stream has an event that is no JSON: {exception.Message}");
        }
    }
}
