using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using NpgsqlTypes;

namespace OrleansAi.Benchmarks;

/// <summary>
/// What a careful team writes by hand: select the last 20 messages, call the vendor, insert two rows in one statement. It
/// loses a turn when it dies, stores a repeated request twice and records nothing else.
/// </summary>
internal static class Baseline
{
    public static async Task RunAsync(string url, string connectionString, string vendor)
    {
        var source = new NpgsqlDataSourceBuilder(connectionString + ";Max Auto Prepare=20;Auto Prepare Min Usages=2").Build();
        await using (var command = source.CreateCommand(
            "create table messages (id bigserial primary key, conversation text not null, role text not null, content text not null, at timestamptz not null default now());"
            + "create index messages_conversation on messages (conversation, id)"))
        {
            await command.ExecuteNonQueryAsync();
        }

        var http = new HttpClient { BaseAddress = new Uri(vendor + "/") };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        builder.Services.ConfigureHttpJsonOptions(static options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, BaselineJson.Default));
        var app = builder.Build();
        app.MapGet("/health/ready", static () => "ready");
        app.MapPost("/v1/responses", async (TurnIn turn) => await AnswerAsync(turn, source, http));
        await app.RunAsync();
    }

    private static async Task<TurnOut> AnswerAsync(TurnIn turn, NpgsqlDataSource source, HttpClient http)
    {
        var messages = new List<MessageDto>(21);
        await using (var select = source.CreateCommand(
            "select role, content from messages where conversation = $1 order by id desc limit 20"))
        {
            select.Parameters.Add(new NpgsqlParameter<string> { TypedValue = turn.Conversation, NpgsqlDbType = NpgsqlDbType.Text });
            await using var reader = await select.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                messages.Add(new MessageDto(reader.GetString(0), reader.GetString(1)));
            }
        }

        messages.Reverse();
        messages.Add(new MessageDto("user", turn.Input));
        using var answer = await http.PostAsJsonAsync("chat/completions", new VendorIn("m1", messages), BaselineJson.Default.VendorIn);
        answer.EnsureSuccessStatusCode();
        var completion = await answer.Content.ReadFromJsonAsync(BaselineJson.Default.VendorOut);
        var text = completion!.Choices[0].Message.Content;
        await using (var insert = source.CreateCommand(
            "insert into messages (conversation, role, content) values ($1, 'user', $2), ($1, 'assistant', $3)"))
        {
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = turn.Conversation, NpgsqlDbType = NpgsqlDbType.Text });
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = turn.Input, NpgsqlDbType = NpgsqlDbType.Text });
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = NpgsqlDbType.Text });
            await insert.ExecuteNonQueryAsync();
        }

        return new TurnOut(text);
    }
}

internal sealed record TurnIn(string Conversation, string Input);

internal sealed record TurnOut(string Output);

internal sealed record MessageDto(string Role, string Content);

internal sealed record VendorIn(string Model, List<MessageDto> Messages);

internal sealed record VendorChoice(MessageDto Message);

internal sealed record VendorOut(VendorChoice[] Choices);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(TurnIn))]
[JsonSerializable(typeof(TurnOut))]
[JsonSerializable(typeof(VendorIn))]
[JsonSerializable(typeof(VendorOut))]
internal sealed partial class BaselineJson : JsonSerializerContext;
