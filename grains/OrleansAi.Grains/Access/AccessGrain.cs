using Orleans.Concurrency;
using OrleansAi.Access.Directory;
using OrleansAi.Contracts.Access;

namespace OrleansAi.Grains.Access;

/// <summary>The silo's directory of projects and keys, for those who have none.</summary>
[StatelessWorker(1, false)]
[Reentrant]
internal sealed class AccessGrain(AccessDirectory directory) : Grain, IAccessGrain
{
    public Task<KeyGrant> Check(KeyProof proof) => directory.CheckAsync(proof, CancellationToken.None).AsTask();

    public Task<ProjectView> CreateProject(AccessActor actor, NewProject project) => directory.CreateProjectAsync(actor, project);

    public Task<IReadOnlyList<ProjectView>> ListProjects(AccessActor actor) => directory.ListProjectsAsync(actor);

    public Task<KeyView> CreateKey(AccessActor actor, NewKey key) => directory.CreateKeyAsync(actor, key);

    public Task<IReadOnlyList<KeyView>> ListKeys(AccessActor actor) => directory.ListKeysAsync(actor);

    public Task<KeyView> RevokeKey(AccessActor actor, string id) => directory.RevokeKeyAsync(actor, id);
}
