using System.Text;
using OrleansAi.Contracts.Models;
using OrleansAi.Contracts.Retrieval;
using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Builtin;

/// <summary>
/// The model that needs nothing: it finds the sentences of the conversation that share the most words with the question
/// and says plainly what it is. The same request always gives the same answer.
/// </summary>
internal sealed class ExtractiveModel : IVendorAdapter
{
    /// <summary>The model's name.</summary>
    public const string Name = "extractive";

    private const string Introduction =
        "I am the built-in model of OrleansAi. I know nothing of my own and only quote this conversation.";

    private const string FromPassages =
        "I am the built-in model of OrleansAi. I know nothing of my own and only quote what was found:";

    private const int MostCited = 2;

    private static readonly HashSet<string> CommonWords = new(
        [
            "a", "about", "am", "an", "and", "are", "as", "at", "be", "but", "by", "can", "do", "does", "for", "from", "had",
            "has", "have", "how", "i", "in", "is", "it", "its", "me", "my", "of", "on", "or", "our", "please", "say", "so",
            "tell", "that", "the", "this", "to", "was", "we", "what", "when", "where", "which", "who", "why", "will", "with",
            "you", "your",
        ],
        StringComparer.Ordinal);

    /// <inheritdoc />
    public string Provider => "orleansai";

    /// <inheritdoc />
    public Uri? Address => null;

    /// <inheritdoc />
    public Task<VendorAnswer> CompleteAsync(ModelCall call, CancellationToken cancellationToken) => Task.FromResult(Answer(call));

    /// <inheritdoc />
    public async Task<VendorAnswer> StreamAsync(ModelCall call, Func<ModelDelta, ValueTask> onDelta, CancellationToken cancellationToken)
    {
        var answer = Answer(call);
        foreach (var word in Pieces(answer.Text))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await onDelta(new ModelDelta { Kind = ModelDeltaKind.Text, Text = word });
        }

        return answer;
    }

    private static VendorAnswer Answer(ModelCall call)
    {
        if (call.OutputFormat is not null || call.ToolChoice is { Mode: ToolChoiceMode.Required or ToolChoiceMode.Function })
        {
            throw VendorErrors.Unsupported(
                "The built-in model gives plain text alone: it cannot be made to call a function or to answer in JSON. Configure a vendor.",
                call.OutputFormat is not null ? "text.format" : "tool_choice");
        }

        var text = Cut(Compose(call), call.Sampling.Stop);
        var finish = FinishReason.Stop;
        var pieces = Pieces(text).ToList();
        if (call.Sampling.MaxOutputTokens is { } most && pieces.Count > most)
        {
            pieces = pieces.GetRange(0, most);
            text = string.Concat(pieces).TrimEnd();
            finish = FinishReason.Length;
        }

        return new VendorAnswer(text, null, finish)
        {
            ServedModel = Name,
            Usage = new Usage
            {
                InputTokens = call.Messages.Sum(static message => Pieces(message.Text).Count()),
                OutputTokens = pieces.Count,
            },
        };
    }

    // A stop text ends the answer before it, as vendors do it.
    private static string Cut(string text, IReadOnlyList<string>? stops)
    {
        foreach (var stop in stops ?? [])
        {
            if (text.IndexOf(stop, StringComparison.Ordinal) is >= 0 and var at)
            {
                text = text[..at];
            }
        }

        return text;
    }

    private static string Compose(ModelCall call)
    {
        var messages = call.Messages;
        var mostSentences = call.Verbosity switch { "low" => 1, "high" => 6, _ => 3 };
        var last = messages.Count - 1;
        while (last > 0 && messages[last].Role != Role.User)
        {
            last--;
        }

        var question = Words(messages[last].Text);
        var passages = PassageQuotes.Of(call);
        var scored = messages
            .Where((message, index) => index != last && message.Role != Role.Assistant && (passages.Count == 0 || PassageBlock.Parse(message.Text).Count == 0))
            .SelectMany(static message => Sentences(message.Text))
            .Distinct()
            .Select((sentence, order) => (sentence, order, score: Words(sentence).Count(question.Contains)))
            .Where(static quote => quote.score > 0)
            .OrderByDescending(static quote => quote.score)
            .ThenByDescending(static quote => quote.order)
            .Take(mostSentences)
            .ToList();
        var (cited, score) = PassageQuotes.Find(passages, question, Math.Min(mostSentences, MostCited));
        if (score > (scored.Count > 0 ? scored[0].score : 0) && score * 2 > question.Count)
        {
            return $"{FromPassages} {string.Join("\n\n", cited)}";
        }

        var quotes = scored.OrderBy(static quote => quote.order).Select(static quote => $"“{quote.sentence}”").ToList();
        var asked = Sentences(messages[last].Text).FirstOrDefault() ?? "";
        return quotes.Count > 0
            ? $"{Introduction} About “{asked}” it says: {string.Join(" ", quotes)}"
            : $"{Introduction} It says nothing else about “{asked}”. Configure a vendor to talk to a real model.";
    }

    private static HashSet<string> Words(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        var word = new StringBuilder();
        foreach (var c in text.Append(' '))
        {
            if (char.IsLetterOrDigit(c))
            {
                word.Append(char.ToLowerInvariant(c));
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        words.ExceptWith(CommonWords);
        return words;
    }

    private static IEnumerable<string> Sentences(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var isEnd = text[i] == '\n' || (text[i] is '.' or '!' or '?' && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1])));
            if (!isEnd && i + 1 < text.Length)
            {
                continue;
            }

            var sentence = text[start..(i + 1)].Trim();
            start = i + 1;
            if (sentence.Length > 0)
            {
                yield return sentence;
            }
        }
    }

    // A word with the white space behind it; put together they are the text again.
    private static IEnumerable<string> Pieces(string text)
    {
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || (char.IsWhiteSpace(text[i - 1]) && !char.IsWhiteSpace(text[i])))
            {
                yield return text[start..i];
                start = i;
            }
        }
    }
}
