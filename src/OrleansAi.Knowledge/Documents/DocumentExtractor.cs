using OrleansAi.Contracts.Errors;
using OrleansAi.Journal;
using OrleansAi.Knowledge.Documents.Readers;

namespace OrleansAi.Knowledge.Documents;

/// <summary>
/// Reads documents. Whatever comes in, the answer is a document or an error with a code, in bounded time; no error says what is in it.
/// </summary>
/// <param name="limits">The bounds.</param>
/// <param name="time">The clock.</param>
public sealed class DocumentExtractor(DocumentLimits limits, TimeProvider time)
{
    /// <summary>Reads a document.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.UnsupportedFile"/>, <see cref="ErrorCodes.InvalidFile"/>, <see cref="ErrorCodes.DocumentTooLarge"/> or
    /// <see cref="ErrorCodes.DocumentTimeout"/>. None of them will go away by trying again.
    /// </exception>
    public async Task<ExtractedDocument> ExtractAsync(DocumentSource source, CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource<ExtractedDocument>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var clock = new ReadingClock(time, limits.Time, stop.Token);
        ExtractionThreads.Run(() => Run(source, clock, ended));
        try
        {
            return await ended.Task.WaitAsync(limits.Time, time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw DocumentErrors.Timeout(limits.Time, exception);
        }
        finally
        {
            // A thread inside a library cannot be ended from outside; it ends at the next check of its clock.
            await stop.CancelAsync();
        }
    }

    internal ExtractedDocument Extract(DocumentSource source, ReadingClock clock)
    {
        if (source.Bytes.Length > limits.MostBytes)
        {
            throw DocumentErrors.TooLarge($"The file has {source.Bytes.Length} bytes, the limit is {limits.MostBytes}; split it.");
        }

        var kind = ContentSniffer.Detect(source);
        var builder = new DocumentBuilder(limits);
        if (kind == DocumentKind.Pdf)
        {
            PdfReader.Read(source.Bytes, builder, clock, limits);
        }
        else
        {
            Read(SourceText.Decode(source, kind), kind, builder, clock);
        }

        clock.Check();
        return new ExtractedDocument
        {
            Kind = kind,
            Hash = ContentHash.Of(source.Bytes.Span),
            Text = builder.Text,
            Blocks = builder.Blocks,
            Title = builder.Title,
        };
    }

    private void Read(string text, DocumentKind kind, DocumentBuilder builder, ReadingClock clock)
    {
        switch (kind)
        {
            case DocumentKind.Markdown:
                MarkdownReader.Read(text, builder, clock);
                break;
            case DocumentKind.Html:
                HtmlReader.Read(text, builder, clock, limits);
                break;
            case DocumentKind.Json:
                JsonDocumentReader.Read(text, builder, clock, limits);
                break;
            case DocumentKind.Csv:
                CsvReader.Read(text, builder, clock);
                break;
            default:
                PlainTextReader.Read(text, builder, clock, isCode: kind == DocumentKind.Code);
                break;
        }
    }

    private void Run(DocumentSource source, ReadingClock clock, TaskCompletionSource<ExtractedDocument> ended)
    {
        try
        {
            ended.TrySetResult(Extract(source, clock));
        }
        catch (Exception exception) when (exception is OrleansAiException or OperationCanceledException)
        {
            ended.TrySetException(exception);
        }
        catch (Exception exception)
        {
            // The libraries' messages may quote the document, so they stay inside.
            ended.TrySetException(DocumentErrors.Invalid($"The file '{source.Name}' is broken ({exception.GetType().Name}).", exception));
        }
    }
}
