using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Engine.Retrieval;
using Xunit;

namespace OrleansAi.Tests.Unit.Retrieval;

/// <summary>Marks in a model's text become annotations, however the stream is cut.</summary>
public sealed class CitationStreamTests
{
    private static readonly Dictionary<int, RetrievedPassage> Shown = new() { [1] = Passages.Of("one"), [2] = Passages.Of("two", file: "file-2") };

    [Theory]
    [InlineData("It rains 【1†source】.", "It rains.", "8:file-1")]
    [InlineData("A【1】B 【2†x】", "AB", "1:file-1 2:file-2")]
    [InlineData("No mark 【9†source】 here", "No mark 【9†source】 here", "")]
    [InlineData("Two  blanks, 【 and a cut 【1†sou", "Two  blanks, 【 and a cut 【1†sou", "")]
    [InlineData("【一】 and 【1†a\nb】", "【一】 and 【1†a\nb】", "")]
    [InlineData("【1†source】【1†source】", "", "0:file-1 0:file-1")]
    [InlineData(" 【1†source】 x ", " x ", "0:file-1")]
    public void Take_AnyCut_SameTextAndAnnotations(string said, string text, string notes)
    {
        for (var length = 1; length <= said.Length; length++)
        {
            var stream = new CitationStream(Shown);
            List<ModelDelta> told =
            [
                .. said.Chunk(length).SelectMany(piece => stream.Take(new ModelDelta { Kind = ModelDeltaKind.Text, Text = new string(piece) })),
                .. stream.End(),
            ];

            Assert.Equal(text, string.Concat(told.Where(static delta => delta.Kind == ModelDeltaKind.Text).Select(static delta => delta.Text)));
            Assert.Equal(notes, string.Join(' ', told.Where(static delta => delta.Kind == ModelDeltaKind.Annotations).Select(static delta => Note(delta.Text))));
        }

        var whole = new CitationStream(Shown).Apply(new ModelResult { Text = said });
        Assert.Equal(text, whole.Text);
    }

    [Fact]
    public void Apply_SeveralMessages_PlacesCountFromEachBeginning()
    {
        var result = new CitationStream(Shown).Apply(new ModelResult
        {
            Text = "First 【1†source】Second 【2†source】",
            Messages = [new ModelOutputMessage { Length = 16, Phase = "commentary" }, new ModelOutputMessage { Length = 17 }],
        });

        Assert.Equal("FirstSecond", result.Text);
        Assert.Equal([(5, "commentary", "5:file-1"), (6, null, "6:file-2")], result.Messages!.Select(static one => (one.Length, one.Phase, Note(one.Annotations!))));
    }

    [Fact]
    public void Take_AnAnnotation_PointsToFileVersionAndSpan()
    {
        var stream = new CitationStream(Shown);
        var note = stream.Take(new ModelDelta { Kind = ModelDeltaKind.Text, Text = "x【1†source】" }).Last();

        using var json = JsonDocument.Parse(note.Text);
        Assert.Equal(
            """{"type":"file_citation","index":1,"file_id":"file-1","filename":"facts.md","vector_store_id":"vs_1","vector_store_version":7,"span_start":5,"span_end":8}""",
            json.RootElement[0].GetRawText());
    }

    private static string Note(string annotations)
    {
        using var json = JsonDocument.Parse(annotations);
        return string.Join(' ', json.RootElement.EnumerateArray().Select(static one => $"{one.GetProperty("index").GetInt32()}:{one.GetProperty("file_id").GetString()}"));
    }
}
