using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrleansAi.Client;
using OrleansAi.Contracts.Files;
using OrleansAi.Testing;
using Xunit;

namespace OrleansAi.Tests.EndToEnd;

/// <summary>Files over processes that die, and as a model's input.</summary>
public sealed class FileTests(PostgreSqlFixture postgreSql)
{
    private static readonly NewFile Plain = new() { Name = "a.bin", Purpose = FilePurposes.UserData, MediaType = "application/octet-stream" };

    [Theory]
    [InlineData(Storage.Sqlite)]
    [InlineData(Storage.PostgreSql)]
    public async Task Kill_InTheMiddleOfAnUpload_LeavesNoFileAndNothingBroken(Storage storage)
    {
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
        var (first, rest) = (Bytes(2_500_000, 1), Bytes(700_000, 2));
        await using var silo = await deployment.StartAsync();
        await using var front = await InProcessFront.StartAsync(deployment.GatewayPort);
        var files = front.Services.GetRequiredService<OrleansAiClient>().Files;
        await using var upload = await files.BeginUploadAsync();
        await upload.WriteAsync(new MemoryStream(first));

        await silo.KillAsync();
        await using var revived = await deployment.StartAsync();

        Assert.Empty((await files.ListAsync(new FileQuery { Limit = 10 })).Files);
        foreach (var path in (string[])["", "/content"])
        {
            var refused = await Api.GetAsync(revived.Http, $"/v1/files/{upload.Id}{path}", HttpStatusCode.NotFound);
            Assert.Equal("file_not_found", (string)refused["error"]!["code"]!);
        }

        var other = await files.UploadAsync(Plain with { Name = "b.bin" }, new MemoryStream(rest));
        Assert.Equal(rest, await revived.Http.GetByteArrayAsync($"/v1/files/{other.Id}/content"));

        // What was durable is still there: the uploader that lives goes on where it was.
        await upload.WriteAsync(new MemoryStream(rest));
        var file = await upload.CompleteAsync(Plain);
        byte[] whole = [.. first, .. rest];
        Assert.Equal(whole, await revived.Http.GetByteArrayAsync($"/v1/files/{file.Id}/content"));
        await silo.DisposeAsync();
    }

    [Theory]
    [InlineData(Storage.Sqlite)]
    [InlineData(Storage.PostgreSql)]
    public async Task File_AsInput_IsCopiedIntoTheConversation(Storage storage)
    {
        await using var deployment = await Deployment.CreateAsync(storage, postgreSql);
        await using var silo = await deployment.StartAsync(null, ("OrleansAi:Files:MaxInputBytes", "100000"));
        var id = await UploadAsync(silo.Http, Encoding.UTF8.GetBytes("%PDF-1.4 a paper"), "paper.pdf");
        var large = await UploadAsync(silo.Http, new byte[100_001], "large.pdf");
        var body = $$"""{"input":[{"role":"user","content":[{"type":"input_text","text":"read"},{"type":"input_file","file_id":"{{id}}"}]}]}""";

        var first = await Api.PostAsync(silo.Http, "/v1/responses", body);
        await Api.SendAsync(silo.Http, new HttpRequestMessage(HttpMethod.Delete, $"/v1/files/{id}"));
        var second = await Api.PostAsync(silo.Http, "/v1/responses", $$"""{"input":"and again","previous_response_id":"{{first["id"]}}"}""");

        Assert.Equal("completed", (string)second["status"]!);
        var data = Convert.ToBase64String("%PDF-1.4 a paper"u8);
        Assert.All(deployment.Vendor.Calls, call =>
        {
            Assert.Contains($"data:application/pdf;base64,{data}", call.Body, StringComparison.Ordinal);
            Assert.Contains("paper.pdf", call.Body, StringComparison.Ordinal);
        });
        Assert.Equal(2, deployment.Vendor.Count);
        var items = await Api.GetAsync(silo.Http, $"/v1/responses/{first["id"]}/input_items");
        Assert.Equal(id, (string)items["data"]![0]!["content"]![1]!["file_id"]!);
        Assert.DoesNotContain(data, items.ToJsonString(), StringComparison.Ordinal);
        var gone = await Api.PostAsync(silo.Http, "/v1/responses", body, HttpStatusCode.NotFound);
        Assert.Equal("file_not_found", (string)gone["error"]!["code"]!);
        var refused = await Api.PostAsync(
            silo.Http, "/v1/responses", body.Replace(id, large, StringComparison.Ordinal), HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal("file_too_large", (string)refused["error"]!["code"]!);
    }

    [Fact]
    public async Task Limits_OfTheConfiguration_AreNamed()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var silo = await deployment.StartAsync(null, ("OrleansAi:Files:MaxFileBytes", "1000"), ("OrleansAi:Files:MaxFiles", "2"));

        using (var answer = await silo.Http.PostAsync("/v1/files", Form(new byte[1_001], "a.bin")))
        {
            Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "file_too_large"), (answer.StatusCode, await CodeAsync(answer)));
        }

        await UploadAsync(silo.Http, new byte[1_000], "a.bin");
        var last = await UploadAsync(silo.Http, new byte[1], "b.bin");
        using (var answer = await silo.Http.PostAsync("/v1/files", Form(new byte[1], "c.bin")))
        {
            Assert.Equal((HttpStatusCode.BadRequest, "too_many_files"), (answer.StatusCode, await CodeAsync(answer)));
        }

        await Api.SendAsync(silo.Http, new HttpRequestMessage(HttpMethod.Delete, $"/v1/files/{last}"));
        await UploadAsync(silo.Http, new byte[1], "c.bin");
    }

    [Fact]
    public async Task Download_IsNoPageFromHere()
    {
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var silo = await deployment.StartAsync();
        var id = await UploadAsync(silo.Http, "<script>alert(1)</script>"u8.ToArray(), "a \"b\" ü.html");

        using var answer = await silo.Http.GetAsync($"/v1/files/{id}/content");

        Assert.Equal(("application/octet-stream", "nosniff"), (answer.Content.Headers.ContentType!.MediaType, answer.Headers.GetValues("X-Content-Type-Options").Single()));
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("a \"b\" ü.html", answer.Content.Headers.ContentDisposition.FileNameStar);
    }

    [Fact]
    public async Task File_OfAnyLength_TakesLittleMemory()
    {
        const int megabytes = 200;
        const long mostGrowth = 60 << 20;
        var limit = ("OrleansAi:Files:MaxFileBytes", "1000000000");
        await using var deployment = await Deployment.CreateAsync(Storage.Sqlite, postgreSql);
        await using var silo = await deployment.StartAsync(null, limit);
        await using var front = await deployment.StartLocalFrontAsync(limit);
        await UploadAsync(front.Http, new byte[3 << 20], "warm.bin");
        var before = Peak(front);

        using var sent = new Pattern(megabytes);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("user_data"), "\"purpose\"" }, { new StreamContent(sent, 1 << 16), "\"file\"", "large.bin" },
        };
        var file = await Api.SendAsync(front.Http, new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = form });
        Assert.Equal((long)megabytes << 20, (long)file["bytes"]!);
        await using var content = await front.Http.GetStreamAsync($"/v1/files/{file["id"]}/content");
        using var expected = new Pattern(megabytes);
        Assert.Equal(await SHA256.HashDataAsync(expected), await SHA256.HashDataAsync(content));

        var growth = Peak(front) - before;
        Report.Write("file-memory", $"A file of {megabytes} MiB up and down: the front's peak grew by {growth >> 20} MiB.");
        Assert.InRange(growth, long.MinValue, mostGrowth);
    }

    // The most memory that a process ever had.
    private static long Peak(SiloProcess process) => 1_024 * long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").Single(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string> UploadAsync(HttpClient http, byte[] content, string name) =>
        (string)(await Api.SendAsync(http, new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = Form(content, name) }))["id"]!;

    private static MultipartFormDataContent Form(byte[] content, string name)
    {
        var file = new ByteArrayContent(content);
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"file\"", FileNameStar = name };
        return new MultipartFormDataContent { file, { new StringContent("user_data"), "\"purpose\"" } };
    }

    private static async Task<string> CodeAsync(HttpResponseMessage answer) =>
        (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!["code"]!;

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>So many megabytes that are nowhere at once.</summary>
    private sealed class Pattern(int megabytes) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => (long)megabytes << 20;

        public override long Position
        {
            get => _at;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var length = (int)Math.Min(count, Length - _at);
            for (var i = 0; i < length; i++, _at++)
            {
                buffer[offset + i] = (byte)(_at ^ (_at >> 8) ^ (_at >> 20));
            }

            return length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
