using System.Text.Json;
using OrleansAi.Access.Keys;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Journal;

namespace OrleansAi.Access.Directory;

/// <summary>
/// Projects and keys. They are one append-only stream of the journal; every process that needs them folds it. Any number
/// of processes may write: an append names the position it was decided on, and is decided anew when that was taken.
/// </summary>
public sealed class AccessDirectory : IKeyChecker
{
    /// <summary>The most projects of an installation.</summary>
    public const int MostProjects = 10_000;

    /// <summary>The most keys of an installation, those that ended included.</summary>
    public const int MostKeys = 100_000;

    private const int MostReloads = 20;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly AccessReplica _replica;
    private readonly IJournal _journal;
    private readonly IdSource _ids;
    private readonly TimeProvider _time;

    /// <summary>Creates the directory; nothing is read before the first call.</summary>
    public AccessDirectory(IJournal journal, IdSource ids, TimeProvider time)
    {
        (_journal, _ids, _time) = (journal, ids, time);
        _replica = new AccessReplica(journal, time);
    }

    /// <inheritdoc />
    public async ValueTask<KeyGrant> CheckAsync(KeyProof proof, CancellationToken cancellationToken) =>
        (await _replica.GetAsync(cancellationToken)).Check(proof, Now());

    /// <summary>Makes a project in the actor's organisation.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.Forbidden"/>, <see cref="ErrorCodes.AlreadyExists"/>, <see cref="ErrorCodes.InvalidRequest"/>.
    /// </exception>
    public async Task<ProjectView> CreateProjectAsync(AccessActor actor, NewProject project)
    {
        AccessRules.RequireAdmin(actor);
        AccessRules.CheckName(actor.Organization, "organization");
        AccessRules.CheckName(project.Name, "name");
        AccessRules.CheckLimits(project.Limits);
        var id = _ids.New(IdPrefixes.Project);
        var state = await AppendAsync(state =>
        {
            if (state.FindProject(actor.Organization, project.Name) is not null)
            {
                throw new OrleansAiException(
                    ErrorCodes.AlreadyExists, $"There is a project '{project.Name}' already.") { Param = "name" };
            }

            AccessRules.CheckRoom(state.Projects, MostProjects, "projects");
            return (RecordKind.ProjectCreated, JsonSerializer.SerializeToUtf8Bytes(
                new ProjectCreatedBody
                {
                    Id = id,
                    Organization = actor.Organization,
                    Name = project.Name,
                    Limits = LimitsBody.Of(project.Limits),
                    By = actor.Id,
                },
                AccessJsonContext.Default.ProjectCreatedBody));
        });
        return state.FindProject(id)!;
    }

    /// <summary>The projects of the actor's organisation, oldest first.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.Forbidden"/>.</exception>
    public async Task<IReadOnlyList<ProjectView>> ListProjectsAsync(AccessActor actor)
    {
        AccessRules.RequireAdmin(actor);
        return (await _replica.GetNewestAsync(CancellationToken.None)).ProjectsOf(actor.Organization);
    }

    /// <summary>All organisations that have a project, by name. For those who own the installation.</summary>
    public async Task<IReadOnlyList<string>> ListOrganizationsAsync() =>
        (await _replica.GetNewestAsync(CancellationToken.None)).Organizations();

    /// <summary>Makes a key in a project of the actor's organisation. It is good everywhere when the call returns.</summary>
    /// <exception cref="OrleansAiException">
    /// <see cref="ErrorCodes.Forbidden"/>, <see cref="ErrorCodes.ProjectNotFound"/>, <see cref="ErrorCodes.AlreadyExists"/> when
    /// the id is taken, <see cref="ErrorCodes.InvalidRequest"/>.
    /// </exception>
    public async Task<KeyView> CreateKeyAsync(AccessActor actor, NewKey key)
    {
        AccessRules.RequireAdmin(actor);
        AccessRules.CheckKey(key, Now());
        AccessRules.CheckLimits(key.Limits);
        var state = await AppendAsync(state =>
        {
            var project = state.FindProject(key.Project ?? actor.Project);
            if (project is null || project.Organization != actor.Organization)
            {
                throw new OrleansAiException(
                    ErrorCodes.ProjectNotFound, $"There is no project '{key.Project}'.") { Param = "project" };
            }

            if (state.FindKey(key.Id) is not null)
            {
                throw new OrleansAiException(ErrorCodes.AlreadyExists, "The key's id is taken; make it anew.");
            }

            AccessRules.CheckRoom(state.Keys, MostKeys, "keys");
            return (RecordKind.KeyCreated, JsonSerializer.SerializeToUtf8Bytes(
                new KeyCreatedBody
                {
                    Id = key.Id,
                    Hash = key.Hash,
                    Project = project.Id,
                    Name = key.Name,
                    Role = (int)key.Role,
                    Limits = LimitsBody.Of(key.Limits),
                    ExpiresAt = key.ExpiresAt,
                    By = actor.Id,
                },
                AccessJsonContext.Default.KeyCreatedBody));
        });

        // Another process may have read just before, and would refuse the key for what is left of its lease.
        await Task.Delay(AccessReplica.Settling, _time);
        return state.FindKey(key.Id)!;
    }

    /// <summary>The keys of the actor's organisation, oldest first, those that ended included.</summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.Forbidden"/>.</exception>
    public async Task<IReadOnlyList<KeyView>> ListKeysAsync(AccessActor actor)
    {
        AccessRules.RequireAdmin(actor);
        return (await _replica.GetNewestAsync(CancellationToken.None)).KeysOf(actor.Organization);
    }

    /// <summary>
    /// Revokes a key of the actor's organisation. When the call returns, no process accepts the key any more; that takes
    /// about a second. Revoking a key again changes nothing and waits as long.
    /// </summary>
    /// <exception cref="OrleansAiException"><see cref="ErrorCodes.Forbidden"/>, <see cref="ErrorCodes.KeyNotFound"/>.</exception>
    public async Task<KeyView> RevokeKeyAsync(AccessActor actor, string id)
    {
        AccessRules.RequireAdmin(actor);
        var state = await AppendAsync(state =>
        {
            var key = state.FindKey(id);
            if (key is null || state.FindProject(key.Project)!.Organization != actor.Organization)
            {
                throw new OrleansAiException(ErrorCodes.KeyNotFound, $"There is no key '{id}'.");
            }

            return key.RevokedAt is not null ? null : (RecordKind.KeyRevoked, JsonSerializer.SerializeToUtf8Bytes(
                new KeyRevokedBody { Id = id, By = actor.Id }, AccessJsonContext.Default.KeyRevokedBody));
        });
        await Task.Delay(AccessReplica.Settling, _time);
        return state.FindKey(id)!;
    }

    private async Task<AccessState> AppendAsync(Func<AccessState, (RecordKind Kind, byte[] Body)?> decide)
    {
        await _gate.WaitAsync();
        try
        {
            for (var reloads = 0; reloads < MostReloads; reloads++)
            {
                var state = await _replica.GetNewestAsync(CancellationToken.None);
                var position = state.Position;
                if (decide(state) is not { } entry)
                {
                    return state;
                }

                var record = new NewRecord(_ids.NewRecordId(), entry.Kind, entry.Body, Now());
                var outcome = await JournalCalls.AppendAsync(_journal, new JournalAppend(StreamNames.Access, position, [record]));
                if (outcome.Status == AppendStatus.Committed)
                {
                    return await _replica.GetNewestAsync(CancellationToken.None);
                }
            }
        }
        finally
        {
            _gate.Release();
        }

        throw new OrleansAiException(
            ErrorCodes.VersionConflict, $"Keys and projects were changed by somebody else {MostReloads} times in a row; try again.")
        {
            IsTransient = true,
        };
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
