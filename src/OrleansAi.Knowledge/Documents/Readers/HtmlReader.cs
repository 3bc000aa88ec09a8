using System.Collections.Frozen;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace OrleansAi.Knowledge.Documents.Readers;

/// <summary>HTML: what a reader of the page would see, block by block. Nothing is fetched and nothing is run.</summary>
internal sealed class HtmlReader
{
    private static readonly FrozenSet<string> Skipped = FrozenSet.Create(
        StringComparer.Ordinal, "script", "style", "noscript", "template", "svg", "math", "head", "iframe", "object", "canvas", "datalist");

    private static readonly FrozenSet<string> Blocks = FrozenSet.Create(
        StringComparer.Ordinal, "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "dialog", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main",
        "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul");

    private readonly DocumentBuilder _builder;
    private readonly ReadingClock _clock;
    private readonly StringBuilder _text = new();
    private IElement? _block;
    private string? _lastTight;

    private HtmlReader(DocumentBuilder builder, ReadingClock clock) => (_builder, _clock) = (builder, clock);

    public static void Read(string source, DocumentBuilder builder, ReadingClock clock, DocumentLimits limits)
    {
        var parser = new HtmlParser(new HtmlParserOptions
        {
            IsKeepingSourceReferences = true,
            SkipComments = true,
            MaximumDepth = limits.DeepestNesting,
            OnCreated = (_, _) => clock.Check(),
        });
        using var document = parser.ParseDocument(source);
        builder.Title = Collapse(document.Title ?? "") is { Length: > 0 } title ? title : null;
        new HtmlReader(builder, clock).Walk(document.DocumentElement);
        builder.ExtendSources(source.Length);
    }

    // Without recursion: how deep a page is nested is for its author to say.
    private void Walk(IElement root)
    {
        var path = new Stack<(INode Node, int Next)>();
        Enter(root);
        path.Push((root, 0));
        while (path.Count > 0)
        {
            _clock.Check();
            var (node, next) = path.Pop();
            if (next == node.ChildNodes.Length)
            {
                Leave((IElement)node);
                continue;
            }

            path.Push((node, next + 1));
            switch (node.ChildNodes[next])
            {
                case IElement element when !Skipped.Contains(element.LocalName) && !element.HasAttribute("hidden"):
                    Enter(element);
                    path.Push((element, 0));
                    break;
                case IText text:
                    _text.Append(text.Data);
                    break;
            }
        }
    }

    private void Enter(IElement element)
    {
        if (Blocks.Contains(element.LocalName))
        {
            Flush();
            _block = element;
            return;
        }

        switch (element.LocalName)
        {
            case "br":
                _text.Append(IsIn("pre") ? "\n" : " ");
                break;
            case "td" or "th" when _text.Length > 0:
                _text.Append(" | ");
                break;
            case "img":
                _text.Append(element.GetAttribute("alt"));
                break;
        }
    }

    private void Leave(IElement element)
    {
        if (Blocks.Contains(element.LocalName))
        {
            Flush();
            _block = element.ParentElement;
        }
    }

    private bool IsIn(string name) => _block?.LocalName == name;

    private void Flush()
    {
        var raw = _text.ToString();
        _text.Clear();
        if (string.IsNullOrWhiteSpace(raw) || _block is not { } block)
        {
            return;
        }

        var name = block.LocalName;
        var text = name == "pre" ? raw.Trim('\r', '\n').TrimEnd() : Collapse(raw);
        text = name == "li" ? $"- {text}" : text;
        var isTight = name is "li" or "tr" && name == _lastTight;
        _lastTight = name is "li" or "tr" ? name : null;
        var level = name is ['h', >= '1' and <= '6'] ? name[1] - '0' : 0;
        var kind = level > 0 ? BlockKind.Heading : name == "pre" ? BlockKind.Code : name == "tr" ? BlockKind.Table : BlockKind.Paragraph;
        _builder.Add(kind, text, new TextSpan(Math.Max(0, (block.SourceReference?.Position.Position ?? 1) - 1), 0), level, isTight: isTight);
    }

    private static string Collapse(string text)
    {
        var collapsed = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                collapsed.Append(c);
            }
            else if (collapsed.Length > 0 && collapsed[^1] != ' ')
            {
                collapsed.Append(' ');
            }
        }

        return collapsed.ToString().TrimEnd();
    }
}
