using System.Text;
using System.Text.RegularExpressions;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Engine.Conversations;
using OrleansAi.Engine.Records;
using OrleansAi.Engine.Runs;
using OrleansAi.Engine.Sealing;
using OrleansAi.Journal;
using Xunit;

namespace OrleansAi.Tests.Unit.Engine.Sealing;

/// <summary>Records whose content is sealed.</summary>
public sealed partial class RecordSealerTests
{
    private const string Mark = "MARKER";
    private static readonly string Long = string.Concat(Enumerable.Repeat($"{Mark} long. ", 100));

    private readonly SealedJournal _journal = new();

    [Fact]
    public async Task Seal_EveryKindOfContent_LeavesNoneOfItInTheClear()
    {
        foreach (var body in Everything())
        {
            var json = Encoding.UTF8.GetString(RecordSerializer.Serialize(body));
            var stored = await _journal.AppendAsync(body);

            Assert.Contains(Mark, json, StringComparison.Ordinal);
            Assert.DoesNotContain(Mark, Encoding.Latin1.GetString(stored.Body), StringComparison.Ordinal);
            Assert.Equal(RecordSerializer.KindOf(body), RecordSerializer.KindOf(RecordSerializer.Deserialize(_journal.Records[^1])));
            Assert.All(stored.Contents, static content =>
                Assert.DoesNotContain(Mark, Encoding.Latin1.GetString(content.Bytes.Span), StringComparison.Ordinal));
        }

        // The same in the JSON after as before.
        var read = await _journal.ReadAsync();
        Assert.All(Everything().Zip(read), static pair => Assert.Equal(Json(pair.First), Json(pair.Second)));
    }

    [Fact]
    public async Task Open_KeyDestroyed_StructureAndUsageStay()
    {
        foreach (var body in Everything())
        {
            await _journal.AppendAsync(body);
        }

        _journal.Keys = Keyring.Destroyed;
        var read = await _journal.ReadAsync();

        Assert.All(read, static body => Assert.DoesNotContain(Mark, Json(body), StringComparison.Ordinal));
        var (admitted, ended) = (read.OfType<RunAdmittedBody>().Single(), read.OfType<RunEndedBody>().Single());
        var (before, after) = (Everything().OfType<RunAdmittedBody>().Single(), Everything().OfType<RunEndedBody>().Single());
        var view = RunViews.Ended(admitted, ended, "conv_1");
        var steps = RunViews.Steps(admitted, ended);
        Assert.True(view.IsForgotten);
        Assert.Empty(view.Output);
        Assert.Equal(after.ModelOutput!.Usage, view.Usage);
        Assert.Equal(
            RunViews.Steps(before, after).Select(static step => (step.Stage, step.InputHash, step.OutputHash, step.Outcome, step.Usage, step.VendorAttempts.Count)),
            steps.Select(static step => (step.Stage, step.InputHash, step.OutputHash, step.Outcome, step.Usage, step.VendorAttempts.Count)));
        Assert.DoesNotContain(steps, static step => step.Error?.Message.Contains(Mark, StringComparison.Ordinal) == true);
        Assert.Equal(before.Input.Select(static item => item.Id), admitted.Input.Select(static item => item.Id));
        Assert.All(admitted.Input, static item => Assert.True(item.IsDestroyed));
        Assert.True(RunEventReplay.Rebuild(admitted, ended, "conv_1").HasEnded);
    }

    [Fact]
    public async Task Open_OneItemDestroyed_TheOthersStay()
    {
        var added = new ItemsAddedBody { Items = [.. Enumerable.Range(0, 12).Select(static i => Item($"msg_{i}", $"text {i}"))] };
        await _journal.AppendAsync(added);

        _journal.Keys = _journal.Keys.Without(KeyPath.OfUnit(1, ContentUnits.OfItem(7)));
        var read = (ItemsAddedBody)(await _journal.ReadAsync())[0];

        Assert.Equal([7], read.Items.Select(static (item, i) => (item, i)).Where(static pair => pair.item.IsDestroyed).Select(static pair => pair.i));
        Assert.Equal("text 8", read.Items[8].Parts![0].Text.Text);
        Assert.Equal(11, Turn.Of(read, 1).Items.Count);
    }

    [Fact]
    public async Task Seal_SameLongTextInManyRecords_IsStoredOnceAndReadAsLongAsOneUnitHasItsKey()
    {
        for (var i = 0; i < 3; i++)
        {
            await _journal.AppendAsync(new ItemsAddedBody { Items = [Item($"msg_{i}", Long)] });
        }

        Assert.Single(_journal.Contents.Select(static content => content.Hash).Distinct());
        Assert.All(_journal.Contents, static content => Assert.Equal(ContentHash.Of(content.Bytes.Span), content.Hash));
        Assert.DoesNotContain(_journal.Contents, static content => content.Hash == ContentHash.Of(Encoding.UTF8.GetBytes(Long)));

        _journal.Keys = _journal.Keys.Without(KeyPath.OfRecord(1), KeyPath.OfRecord(3)).WithNewSecret();
        var read = await _journal.ReadAsync();
        Assert.Equal([true, false, true], read.Cast<ItemsAddedBody>().Select(static body => body.Items[0].IsDestroyed));
        Assert.Equal(Long, ((ItemsAddedBody)read[1]).Items[0].Parts![0].Text.Text);

        // With another secret the text comes out differently: nobody can tell by it what was destroyed.
        var again = await _journal.AppendAsync(new ItemsAddedBody { Items = [Item("msg_4", Long)] });
        Assert.NotEqual(_journal.Contents[0].Hash, Assert.Single(again.Contents).Hash);
    }

    [Fact]
    public async Task Seal_RunThatIsNotKept_SharesNothingAndItsEndHoldsNothing()
    {
        var admitted = Given.Admitted(Long) with { Forget = true };
        var first = await _journal.AppendAsync(admitted);
        var second = await _journal.AppendAsync(admitted);
        var end = await _journal.AppendAsync(Given.Ended(admitted, Long), keepsContent: false);

        Assert.NotEqual(Assert.Single(first.Contents).Hash, Assert.Single(second.Contents).Hash);
        Assert.Empty(end.Contents);
        Assert.False(end.UsesKeys);
        var ended = (RunEndedBody)(await _journal.ReadAsync())[2];
        Assert.True(ended.IsDestroyed);
        Assert.Empty(OutputItems.Of(ended, isStream: false));
        Assert.Equal(ContentHash.Of(Encoding.UTF8.GetBytes(Long)).ToString(), RunViews.Steps(admitted, ended)[1].OutputHash);
    }

    [Fact]
    public async Task Open_AnotherPlaceOrChangedBytes_IsRefused()
    {
        await _journal.AppendAsync(new ItemsAddedBody { Items = [Item("msg_1", "text")] });
        var record = _journal.Records[0];
        var changed = record.Body.ToArray();
        changed[^1] ^= 1;

        await Assert.ThrowsAsync<InvalidDataException>(() => _journal.ReadAsync([record with { Position = 2 }]));
        await Assert.ThrowsAsync<InvalidDataException>(() => _journal.ReadAsync([record with { RecordId = Guid.Empty }]));
        await Assert.ThrowsAsync<InvalidDataException>(() => _journal.ReadAsync([record with { Body = changed }]));
        await Assert.ThrowsAsync<InvalidDataException>(() => _journal.ReadAsync([record with { Body = changed.AsMemory(0, changed.Length - 3) }]));
        var elsewhere = new RecordReader(_journal.Journal, _ => _journal.Keys);
        await Assert.ThrowsAsync<InvalidDataException>(() => elsewhere.ResolveAsync("local/conv_2", [record], CancellationToken.None));
    }

    [Theory]
    [InlineData("plain", null, 300)]
    [InlineData("", "AwQ=", 0)]
    [InlineData("東京 🙂 \u0001\u0000{", "AAAA", 512)]
    [InlineData("long answer", null, 513)]
    public async Task Seal_WhatNearlyEveryTurnHas_IsReadAsItWas(string text, string? deltas, int answer)
    {
        var bytes = Enumerable.Range(0, answer).Select(static i => (byte)i).ToArray();
        var ended = Given.Ended(Given.Admitted("x"), text);
        ended = ended with
        {
            Steps =
            [
                ended.Steps[0] with
                {
                    Model = ended.Steps[0].Model! with
                    {
                        Deltas = deltas,
                        Calls = [new AttemptBody { Vendor = "v", Response = new StoredBytes { Inline = bytes } }],
                    },
                },
            ],
        };
        await _journal.AppendAsync(new ItemsAddedBody { Items = [Item("msg_1", text)] });
        await _journal.AppendAsync(ended);

        var read = await _journal.ReadAsync();

        Assert.Equal(text, ((ItemsAddedBody)read[0]).Items[0].ToItem().Text);
        var output = ((RunEndedBody)read[1]).ModelOutput!;
        Assert.Equal((text, deltas), (output.Text.Text, output.Deltas));
        var response = output.Calls![0].Response!;
        Assert.Equal(bytes, response.Inline ?? ContentSeal.OpenContent(response.Key, _journal.Contents.Single().Bytes.Span));
    }

    [Fact]
    public async Task Open_KeysMissing_IsRefusedAndNotTakenForDestroyed()
    {
        await _journal.AppendAsync(new ItemsAddedBody { Items = [Item("msg_1", "text")] });

        var error = await Assert.ThrowsAsync<InvalidDataException>(
            () => new RecordReader(_journal.Journal).ResolveAsync(SealedJournal.Stream, _journal.Records, CancellationToken.None));

        Assert.Contains("keys", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_RecordsOfAnEarlierBuild_AreReadAsTheyAre()
    {
        var contents = new Content[] { new(ContentHash.Of(Encoding.UTF8.GetBytes(Long)), Encoding.UTF8.GetBytes(Long)) };
        string[] bodies =
        [
            """{"run":"resp_1","model":"default","at":1000,"in":[{"id":"msg_1","parts":[{"x":{"t":"short"}},{"x":{"h":"HASH"}}]}],"instr":{"t":"be kind"},"opt":{"t":"{\"maxToolCalls\":2}"},"meta":{"a":"b"},"new":true,"silo":"s"}""",
            """{"run":"resp_1","adm":1,"status":2,"at":2000,"attempt":1,"steps":[{"stage":3,"n":1,"ih":"","at":1,"us":5,"silo":"s","out":{"x":{"h":"HASH"},"usage":{"inputTokens":3,"outputTokens":4},"chunks":"AwQ=","calls":[{"ms":4,"msg":"slow","rq":"AAAA","rc":"AAAA"}]}}]}""",
            """{"meta":{"c":"d"}}""",
        ];
        RecordKind[] kinds = [RecordKind.RunAdmitted, RecordKind.RunEnded, RecordKind.ConversationUpdated];
        NewRecord[] records =
        [
            .. bodies.Select((body, i) => new NewRecord(
                Guid.Empty, kinds[i], Encoding.UTF8.GetBytes(body.Replace("HASH", contents[0].Hash.ToString(), StringComparison.Ordinal)), 1)),
        ];
        await _journal.Journal.AppendAsync(new JournalAppend(SealedJournal.Stream, 0, records) { Contents = contents }, CancellationToken.None);

        var read = await new RecordReader(_journal.Journal).ResolveAsync(SealedJournal.Stream, _journal.Records, CancellationToken.None);

        var (admitted, ended) = ((RunAdmittedBody)read[0].Body, (RunEndedBody)read[1].Body);
        Assert.Equal(["short", Long], admitted.Input[0].Parts!.Select(static part => part.Text.Text));
        Assert.Equal(("be kind", 2, "b"), (admitted.Instructions!.Text, admitted.Options.MaxToolCalls, admitted.Metadata!["a"]));
        Assert.Equal((Long, "AwQ="), (ended.ModelOutput!.Text.Text, ended.ModelOutput.Deltas));
        Assert.Equal("slow", RunViews.Steps(admitted, ended)[1].VendorAttempts[0].Message);
        Assert.Equal(contents[0].Hash.ToString(), RunViews.Steps(admitted, ended)[1].OutputHash);
        Assert.Equal("d", ((ConversationUpdatedBody)read[2].Body).Metadata["c"]);
    }

    private static IReadOnlyList<RecordBody> Everything() =>
    [
        new ConversationCreatedBody { Metadata = new Dictionary<string, string> { [$"key {Mark}"] = $"value {Mark}" } },
        new ConversationUpdatedBody { Metadata = new Dictionary<string, string> { [$"key {Mark}"] = $"value {Mark}" } },
        new ItemsAddedBody
        {
            Items =
            [
                Item("msg_1", Mark),
                StoredItem.Of("fc_1", new NewItem { Kind = ItemKind.FunctionCall, CallId = Mark, Name = Mark, Arguments = Long }),
                StoredItem.Of("rs_1", new NewItem
                {
                    Kind = ItemKind.Reasoning,
                    Parts = [new ContentPart { Kind = ContentPartKind.InputFile, Text = Mark, FileName = Mark, Annotations = Mark }],
                    Origins = [new ItemOrigin { Vendor = "v", Opaque = Long }],
                }),
            ],
        },
        new RunAdmittedBody
        {
            RunId = "resp_00000000000000000000000001",
            Model = "default",
            CreatedAt = 1,
            Input = [Item("msg_2", Mark), Item("msg_3", Long)],
            Instructions = StoredText.Of(Long),
            OptionsText = OptionsCodec.Write(new TurnOptions { Tools = [new ModelTool { Name = Mark, Description = Mark }] }),
            Sampling = new Sampling { Stop = [Mark] },
            Metadata = new Dictionary<string, string> { [Mark] = Mark },
            Silo = "s",
        },
        new RunEndedBody
        {
            RunId = "resp_00000000000000000000000001",
            AdmittedPosition = 4,
            Status = RunStatus.Failed,
            EndedAt = 2,
            Error = new RunError { Code = "c", Message = $"It said {Mark}." },
            Steps =
            [
                new StepBody
                {
                    Stage = Stage.ModelExecution,
                    InputHash = "aGFzaA==",
                    StartedAt = 1,
                    DurationMicroseconds = 1,
                    Silo = "s",
                    Error = new RunError { Code = "c", Message = $"It said {Mark}." },
                    Model = new ModelOutput
                    {
                        Text = StoredText.Of(Long),
                        Refusal = StoredText.Of(Mark),
                        Reasoning = StoredText.Of(Mark),
                        ReasoningOrigins = [new StoredOrigin { Vendor = "v", Opaque = StoredText.Of(Mark) }],
                        ToolCalls = [Call("c1", Mark), Call("c2", Long)],
                        Deltas = Chunks.Pack([new(Chunks.Text, 5), new(Chunks.Reasoning, Mark.Length), new(Chunks.Text, 7)]),
                        Usage = new Usage { InputTokens = 3, OutputTokens = 4 },
                        Verdicts = [new Verdict { Name = "unknown_tool", Detail = Mark }, new Verdict { Name = "refused" }],
                        Calls =
                        [
                            new AttemptBody { Outcome = "bad", Message = Mark, RequestHash = "AAAA", Response = new StoredBytes { Inline = Encoding.UTF8.GetBytes(Long) } },
                            new AttemptBody { Response = new StoredBytes { Inline = Encoding.UTF8.GetBytes(Mark) } },
                        ],
                        Abandoned = [new AbandonedOutput { Attempt = 1, Text = StoredText.Of(Long), ToolCalls = [Call("c3", Mark)], Deltas = "AwQ=" }],
                    },
                },
            ],
        },
    ];

    // Texts are compared wherever they stand; what only sealing adds is not.
    private static string Json(RecordBody body)
    {
        var plain = body is RunEndedBody ended
            ? ended with
            {
                Steps = [.. ended.Steps.Select(static step => step with { Model = step.Model! with { Units = null, TextHash = null, Text = StoredText.Of("") } })],
            }
            : body;
        return ReferenceToText().Replace(Encoding.UTF8.GetString(RecordSerializer.Serialize(plain)), "{}")
            + string.Concat(body.Texts().Select(static text => text.Text));
    }

    [GeneratedRegex("""\{"(t|h)":"[^"]*"(,"k":"[^"]*")?(,"n":[0-9]+)?\}""")]
    private static partial Regex ReferenceToText();

    private static StoredItem Item(string id, string text) => StoredItem.Of(id, NewItem.Message(Role.User, text));

    private static StoredCall Call(string id, string arguments) => new()
    {
        Id = id, Name = Mark, Arguments = StoredText.Of(arguments), Opaque = StoredText.Of(Mark), Vendor = "v",
    };
}
