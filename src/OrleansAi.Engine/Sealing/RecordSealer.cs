using OrleansAi.Engine.Records;
using OrleansAi.Journal;

namespace OrleansAi.Engine.Sealing;

/// <summary>A record whose content is sealed.</summary>
/// <param name="Body">The stored form.</param>
/// <param name="Contents">The contents that it refers to.</param>
/// <param name="UsesKeys">True when it cannot be read without the keys.</param>
public sealed record SealedRecord(byte[] Body, IReadOnlyList<Content> Contents, bool UsesKeys);

/// <summary>Bodies to their stored form.</summary>
public static class RecordSealer
{
    /// <summary>Seals a body.</summary>
    /// <param name="body">The body. Its long texts take on where they are stored.</param>
    /// <param name="keys">The stream's keys; <see cref="Keyring.Destroyed"/> to keep nothing of the content.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="position">Where the record will stand.</param>
    /// <param name="recordId">The record's id; another one for every try to write it.</param>
    public static SealedRecord Seal(RecordBody body, Keyring keys, string stream, long position, Guid recordId)
    {
        var writer = new UnitWriter(keys, stream, position, recordId, sharesContents: body is not (RunAdmittedBody { Forget: true } or RunSteppedBody { Forget: true }));
        var json = RecordSerializer.Serialize(body.Seal(writer));
        return writer.HasContent
            ? new SealedRecord(SealedForm.Join(json, writer.Units), writer.Contents, writer.Units.Length > 0)
            : new SealedRecord(json, [], UsesKeys: false);
    }
}
