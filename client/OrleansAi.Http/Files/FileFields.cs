using System.Globalization;
using Microsoft.AspNetCore.StaticFiles;
using OrleansAi.Contracts.Files;
using OrleansAi.Http.Errors;

namespace OrleansAi.Http.Files;

/// <summary>The fields of an upload beside the content.</summary>
internal sealed class FileFields
{
    private const int LongestName = 255;
    private const long LeastSeconds = 3_600;
    private const long MostSeconds = 2_592_000;
    private const string Unknown = "application/octet-stream";

    private static readonly FileExtensionContentTypeProvider Types = new();

    private readonly HashSet<string> _given = new(StringComparer.Ordinal);
    private string? _purpose;
    private string? _anchor;
    private long? _seconds;

    /// <summary>Refuses a purpose that files here cannot have.</summary>
    public static void CheckPurpose(string purpose)
    {
        if (purpose is not (FilePurposes.Assistants or FilePurposes.UserData or FilePurposes.Vision))
        {
            throw Invalid.Request(
                purpose is "batch" or "fine-tune" or "evals"
                    ? $"'purpose' is '{purpose}', which is not supported: there is nothing here that would use such a file."
                    : $"'purpose' is '{(purpose.Length <= 64 ? purpose : purpose[..64])}'; it must be one of assistants, user_data, vision.",
                "purpose");
        }
    }

    /// <summary>Takes a field's name in.</summary>
    public void Begin(string name)
    {
        if (name is not ("file" or "purpose" or "expires_after[anchor]" or "expires_after[seconds]"))
        {
            throw Invalid.Request($"Unknown parameter: '{(name.Length <= 64 ? name : name[..64])}'.", name);
        }

        if (!_given.Add(name))
        {
            throw Invalid.Request($"'{name}' is given twice.", name);
        }
    }

    /// <summary>Takes a field's value in.</summary>
    public void Set(string name, string value)
    {
        switch (name)
        {
            case "purpose":
                CheckPurpose(value);
                _purpose = value;
                break;
            case "expires_after[anchor]":
                _anchor = value == "created_at" ? value : throw Invalid.Request($"'{name}' must be created_at.", name);
                break;
            default:
                _seconds = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                    && seconds is >= LeastSeconds and <= MostSeconds
                    ? seconds
                    : throw Invalid.Request($"'{name}' must be from {LeastSeconds} to {MostSeconds}.", name);
                break;
        }
    }

    /// <summary>What the fields say, when all of them are there.</summary>
    public NewFile ToFile(string name, string? mediaType)
    {
        if (_anchor is null != _seconds is null)
        {
            throw Invalid.Request("'expires_after' must have an anchor and seconds.", "expires_after");
        }

        return new NewFile
        {
            Name = name,
            Purpose = _purpose ?? throw Invalid.Request("'purpose' is required.", "purpose"),
            MediaType = mediaType is { Length: > 0 } and not Unknown ? mediaType : Types.TryGetContentType(name, out var guessed) ? guessed : Unknown,
            ExpiresAfterSeconds = _seconds,
        };
    }

    /// <summary>A file's name without the folders that it was in at its sender.</summary>
    public static string NameOf(string? given)
    {
        var name = given ?? "";
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        return name.Length is > 0 and <= LongestName && !name.Any(char.IsControl)
            ? name
            : throw Invalid.Request(
                $"The file has no usable name: it must have from 1 to {LongestName} characters and no control characters.", "file");
    }
}
