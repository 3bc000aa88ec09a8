using OrleansAi.Contracts.Access;

namespace OrleansAi.Grains;

/// <summary>
/// Projects and keys. A stateless worker with the key 0, for processes that have no store of their own and for management.
/// </summary>
[Alias("orleansai.grains.access")]
public interface IAccessGrain : IGrainWithIntegerKey
{
    /// <summary>What a key stands for; refuses one whose revocation has been answered, wherever in the cluster.</summary>
    [Alias("check")]
    Task<KeyGrant> Check(KeyProof proof);

    /// <summary>Makes a project in the actor's organisation.</summary>
    [Alias("create-project")]
    Task<ProjectView> CreateProject(AccessActor actor, NewProject project);

    /// <summary>The projects of the actor's organisation, oldest first.</summary>
    [Alias("list-projects")]
    Task<IReadOnlyList<ProjectView>> ListProjects(AccessActor actor);

    /// <summary>Makes a key in a project of the actor's organisation; takes about a second.</summary>
    [Alias("create-key")]
    Task<KeyView> CreateKey(AccessActor actor, NewKey key);

    /// <summary>The keys of the actor's organisation, oldest first, those that ended included.</summary>
    [Alias("list-keys")]
    Task<IReadOnlyList<KeyView>> ListKeys(AccessActor actor);

    /// <summary>Revokes a key of the actor's organisation; takes about a second, after which no process accepts it.</summary>
    [Alias("revoke-key")]
    Task<KeyView> RevokeKey(AccessActor actor, string id);
}
