using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Journal;

namespace OrleansAi.Access.Directory;

/// <summary>All projects and keys, folded from their stream. One writer applies, any number read.</summary>
internal sealed class AccessState
{
    // What an unknown id is compared with, so that it takes the time of a known one. Nobody has a text with this hash.
    private static readonly byte[] NoHash = RandomNumberGenerator.GetBytes(32);

    private readonly ConcurrentDictionary<string, ProjectView> _projects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (KeyView View, byte[] Hash)> _keys = new(StringComparer.Ordinal);

    /// <summary>The position of the last record that was applied.</summary>
    public long Position { get; private set; }

    public int Projects => _projects.Count;

    public int Keys => _keys.Count;

    public ProjectView? FindProject(string id) => _projects.GetValueOrDefault(id);

    public ProjectView? FindProject(string organization, string name) =>
        _projects.Values.FirstOrDefault(project => project.Organization == organization && project.Name == name);

    public KeyView? FindKey(string id) => _keys.TryGetValue(id, out var key) ? key.View : null;

    public IReadOnlyList<string> Organizations() =>
        [.. _projects.Values.Select(static project => project.Organization).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>An organisation's projects, oldest first.</summary>
    public IReadOnlyList<ProjectView> ProjectsOf(string organization) =>
    [
        .. _projects.Values.Where(project => project.Organization == organization)
            .OrderBy(static project => project.CreatedAt).ThenBy(static project => project.Id, StringComparer.Ordinal),
    ];

    /// <summary>An organisation's keys, oldest first, those that ended included.</summary>
    public IReadOnlyList<KeyView> KeysOf(string organization) =>
    [
        .. _keys.Values.Select(static key => key.View).Where(key => _projects[key.Project].Organization == organization)
            .OrderBy(static key => key.CreatedAt).ThenBy(static key => key.Id, StringComparer.Ordinal),
    ];

    /// <summary>What a key stands for. The secret is compared before anything else is looked at.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.InvalidApiKey"/>.</exception>
    public KeyGrant Check(KeyProof proof, long now)
    {
        var isKnown = _keys.TryGetValue(proof.Id, out var key);
        var isSame = CryptographicOperations.FixedTimeEquals(isKnown ? key.Hash : NoHash, proof.Hash);
        if (!(isKnown & isSame))
        {
            throw new OrleansAiException(ErrorCodes.InvalidApiKey, "The API key is not valid.");
        }

        if (key.View.RevokedAt is not null)
        {
            throw new OrleansAiException(ErrorCodes.InvalidApiKey, "The API key was revoked; ask an admin for a new one.");
        }

        if (key.View.ExpiresAt <= now)
        {
            throw new OrleansAiException(ErrorCodes.InvalidApiKey, "The API key has expired; ask an admin for a new one.");
        }

        var project = _projects[key.View.Project];
        return new KeyGrant
        {
            KeyId = key.View.Id,
            Project = project.Id,
            Organization = project.Organization,
            Role = key.View.Role,
            KeyLimits = key.View.Limits,
            ProjectLimits = project.Limits,
        };
    }

    /// <summary>Applies the next record. One of a kind that a newer build wrote is passed over.</summary>
    public void Apply(JournalRecord record)
    {
        switch (record.Kind)
        {
            case RecordKind.ProjectCreated:
                var project = JsonSerializer.Deserialize(record.Body.Span, AccessJsonContext.Default.ProjectCreatedBody)!;
                _projects[project.Id] = new ProjectView
                {
                    Id = project.Id,
                    Organization = project.Organization,
                    Name = project.Name,
                    Limits = LimitsBody.Read(project.Limits),
                    CreatedAt = record.At,
                    CreatedBy = project.By,
                };
                break;
            case RecordKind.KeyCreated:
                var key = JsonSerializer.Deserialize(record.Body.Span, AccessJsonContext.Default.KeyCreatedBody)!;
                _keys[key.Id] = (new KeyView
                {
                    Id = key.Id,
                    Project = key.Project,
                    Name = key.Name,
                    Role = (KeyRole)key.Role,
                    Limits = LimitsBody.Read(key.Limits),
                    CreatedAt = record.At,
                    CreatedBy = key.By,
                    ExpiresAt = key.ExpiresAt,
                }, key.Hash);
                break;
            case RecordKind.KeyRevoked:
                var revoked = JsonSerializer.Deserialize(record.Body.Span, AccessJsonContext.Default.KeyRevokedBody)!;
                var known = _keys[revoked.Id];
                _keys[revoked.Id] = (known.View with { RevokedAt = record.At, RevokedBy = revoked.By }, known.Hash);
                break;
        }

        Position = record.Position;
    }
}
