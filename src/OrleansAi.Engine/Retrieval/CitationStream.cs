using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Engine.Retrieval;

/// <summary>
/// Takes the marks of passages out of a model's text, piece by piece as it comes, and gives an annotation in the place of each. What
/// may become a mark is held back; a mark of a passage that was never shown is text like any other.
/// </summary>
/// <param name="shown">The passages by their numbers.</param>
internal sealed class CitationStream(IReadOnlyDictionary<int, RetrievedPassage> shown)
{
    private const int LongestMark = 48;
    private const char Open = '【';
    private const char Close = '】';
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder _held = new();
    private int _position;

    /// <summary>What followers are told of a delta.</summary>
    public IEnumerable<ModelDelta> Take(ModelDelta delta)
    {
        if (delta.Kind == ModelDeltaKind.Text)
        {
            return Read(delta.Text);
        }

        var before = End();
        if (delta.Kind != ModelDeltaKind.Annotations)
        {
            // Another part or item begins, in which places count from the beginning.
            _position = 0;
        }

        return [.. before, delta];
    }

    /// <summary>What was held back and became no mark.</summary>
    public IReadOnlyList<ModelDelta> End()
    {
        if (_held.Length == 0)
        {
            return [];
        }

        var rest = _held.ToString();
        _held.Clear();
        _position += rest.Length;
        return [Text(rest)];
    }

    /// <summary>The attempt was cut: what comes is another answer.</summary>
    public void Restart()
    {
        _held.Clear();
        _position = 0;
    }

    /// <summary>The same for an answer that came whole.</summary>
    public ModelResult Apply(ModelResult result)
    {
        if (result.Text.Length == 0 || (result.Messages is { } given && given.Sum(static one => one.Length) != result.Text.Length))
        {
            return result;
        }

        var text = new StringBuilder();
        var messages = new List<ModelOutputMessage>();
        var start = 0;
        foreach (var message in result.Messages ?? [new ModelOutputMessage { Length = result.Text.Length }])
        {
            Restart();
            var (length, annotations) = (text.Length, message.Annotations);
            foreach (var delta in (IEnumerable<ModelDelta>)[.. Read(result.Text.Substring(start, message.Length)), .. End()])
            {
                if (delta.Kind == ModelDeltaKind.Text)
                {
                    text.Append(delta.Text);
                }
                else
                {
                    annotations = OutputItems.Join(annotations, delta.Text);
                }
            }

            messages.Add(message with { Length = text.Length - length, Annotations = annotations });
            start += message.Length;
        }

        return text.Length == result.Text.Length
            ? result
            : result with { Text = text.ToString(), Messages = messages };
    }

    private List<ModelDelta> Read(string text)
    {
        var told = new List<ModelDelta>();
        var ready = new StringBuilder();
        foreach (var c in text)
        {
            if (_held.Length > 0 && !Continues(c))
            {
                ready.Append(_held);
                _held.Clear();
            }

            if (_held.Length == 0 && c is not (Open or ' '))
            {
                ready.Append(c);
                continue;
            }

            _held.Append(c);
            if (c == Close)
            {
                Settle(ready, told);
            }
        }

        Tell(ready, told);
        return told;
    }

    // A blank, then the mark: the blank before a mark goes with it.
    private bool Continues(char c)
    {
        var isOpen = _held[^1] == Open || _held.Length > 2;
        return c switch
        {
            ' ' => isOpen,
            Open => _held.Length == 1 && _held[0] == ' ',
            _ => (isOpen || _held[0] == Open) && _held.Length < LongestMark && c is not ('\n' or '\r'),
        };
    }

    private void Settle(StringBuilder ready, List<ModelDelta> told)
    {
        var mark = _held.ToString().AsSpan().Trim();
        var number = mark[1..^1];
        if (number.IndexOf('†') is >= 0 and var end)
        {
            number = number[..end];
        }

        if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var cited) && shown.TryGetValue(cited, out var passage))
        {
            Tell(ready, told);
            told.Add(new ModelDelta { Kind = ModelDeltaKind.Annotations, Text = Annotation(passage, _position) });
        }
        else
        {
            ready.Append(_held);
        }

        _held.Clear();
    }

    private void Tell(StringBuilder ready, List<ModelDelta> told)
    {
        if (ready.Length > 0)
        {
            told.Add(Text(ready.ToString()));
            _position += ready.Length;
            ready.Clear();
        }
    }

    private static ModelDelta Text(string text) => new() { Kind = ModelDeltaKind.Text, Text = text };

    private static string Annotation(RetrievedPassage passage, int position)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteString("type", "file_citation");
            json.WriteNumber("index", position);
            json.WriteString("file_id", passage.DocumentId);
            json.WriteString("filename", passage.Name);
            json.WriteString("vector_store_id", passage.CollectionId);
            json.WriteNumber("vector_store_version", passage.Version);
            json.WriteNumber("span_start", passage.Start);
            json.WriteNumber("span_end", passage.Start + passage.Length);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
