using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Files;
using OrleansAi.Contracts.Transcripts;
using OrleansAi.Files;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Files;

/// <summary>
/// Puts the content of files in the place of their ids, when items are taken into a conversation. From then on it belongs to the
/// conversation: a file that is deleted later changes no transcript and no replay.
/// </summary>
internal sealed class FileReferences(IGrainFactory grains, IOptions<FileLimits> options)
{
    private readonly FileLimits _limits = options.Value;

    /// <summary>The items with the content of the files that they name; the same list when they name none.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.FileNotFound"/>, <see cref="ErrorCodes.FileTooLarge"/>, <see cref="ErrorCodes.InvalidRequest"/> for
    /// an image that is none.
    /// </exception>
    public async Task<IReadOnlyList<NewItem>> ResolveAsync(string tenant, IReadOnlyList<NewItem> items)
    {
        if (!items.Any(static item => item.Parts.Any(IsReference)))
        {
            return items;
        }

        var files = new Dictionary<string, FileView>(StringComparer.Ordinal);
        var bytes = 0L;
        foreach (var part in items.SelectMany(static item => item.Parts).Where(IsReference))
        {
            var file = files[part.Text] = files.GetValueOrDefault(part.Text) ?? await FindAsync(tenant, part.Text);
            bytes += file.Bytes;
            Check(part, file, bytes);
        }

        var contents = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files.Values)
        {
            contents[file.Id] = await ReadAsync(tenant, file);
        }

        return
        [
            .. items.Select(item => item.Parts.Any(IsReference)
                ? item with { Parts = [.. item.Parts.Select(part => IsReference(part) ? Resolved(part, files[part.Text], contents[part.Text]) : part)] }
                : item),
        ];
    }

    private static bool IsReference(ContentPart part) => part is { IsMedia: true, Form: MediaForm.FileId };

    private static ContentPart Resolved(ContentPart part, FileView file, string content) => part with
    {
        Text = content,
        Form = part.Kind == ContentPartKind.InputImage ? MediaForm.Url : MediaForm.Data,
        FileName = part.FileName ?? file.Name,
        FileId = file.Id,
    };

    private async Task<FileView> FindAsync(string tenant, string id)
    {
        try
        {
            return await grains.GetGrain<IFileCatalogGrain>(tenant).Get(id);
        }
        catch (OrleansAiException exception) when (exception.Code == ErrorCodes.FileNotFound)
        {
            throw new OrleansAiException(exception.Code, exception.Message) { Param = "file_id" };
        }
    }

    private void Check(ContentPart part, FileView file, long bytes)
    {
        if (bytes > _limits.MaxInputBytes)
        {
            throw new OrleansAiException(
                ErrorCodes.FileTooLarge, $"The files of the input have {bytes} bytes or more, the limit is {_limits.MaxInputBytes}; send less.")
            {
                Param = "file_id",
            };
        }

        if (part.Kind == ContentPartKind.InputImage && !file.MediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase))
        {
            throw new OrleansAiException(
                ErrorCodes.InvalidRequest, $"The file '{file.Id}' is {file.MediaType}, not an image; send it as input_file.")
            {
                Param = "file_id",
            };
        }
    }

    private async Task<string> ReadAsync(string tenant, FileView file) =>
        $"data:{file.MediaType};base64,{Convert.ToBase64String(await FileContents.ReadAsync(grains, tenant, file))}";
}
