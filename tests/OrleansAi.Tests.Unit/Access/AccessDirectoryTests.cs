using System.Text;
using Microsoft.Extensions.Time.Testing;
using OrleansAi.Access.Directory;
using OrleansAi.Access.Keys;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using Xunit;

namespace OrleansAi.Tests.Unit.Access;

public sealed class AccessDirectoryTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);
    private static readonly KeyHasher Hasher = new(new string('p', 32));
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(55));
    private readonly MemoryJournal _journal = new();
    private readonly AccessDirectory _here;
    private readonly AccessDirectory _there;

    /// <summary>Two processes over one store.</summary>
    public AccessDirectoryTests()
    {
        _here = new AccessDirectory(_journal, new IdSource(_time), _time);
        _there = new AccessDirectory(_journal, new IdSource(_time), _time);
    }

    [Fact]
    public async Task Check_GoodKey_GivesProjectRoleAndLimits()
    {
        var (actor, project) = await ProjectAsync("acme", "main", new RateLimits { ConcurrentRuns = 7 });
        var text = await KeyAsync(actor, project.Id, KeyRole.Operator, limits: new RateLimits { RequestsPerMinute = 5 });

        var grant = await CheckAsync(_there, text);

        Assert.Equal(
            new KeyGrant
            {
                KeyId = KeyText.IdOf(text),
                Project = project.Id,
                Organization = "acme",
                Role = KeyRole.Operator,
                KeyLimits = new RateLimits { RequestsPerMinute = 5 },
                ProjectLimits = new RateLimits { ConcurrentRuns = 7 },
            },
            grant);
    }

    [Fact]
    public async Task Check_UnknownIdWrongSecretAndNoForm_AreRefusedAlike()
    {
        var (actor, project) = await ProjectAsync("acme", "main");
        var text = await KeyAsync(actor, project.Id, KeyRole.App);
        var changed = text[^1] == 'A' ? 'B' : 'A';
        string[] wrong = [KeyText.Make().Text, text[..^1] + changed, "sk-1", ""];

        var refusals = new List<string>();
        foreach (var attempt in wrong)
        {
            refusals.Add((await RefusedAsync(_here, attempt)).Message);
        }

        Assert.Single(refusals.Distinct());
        Assert.DoesNotContain(KeyText.IdOf(text), refusals[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_AfterItsTime_IsExpired()
    {
        var (actor, project) = await ProjectAsync("acme", "main");
        var text = await KeyAsync(actor, project.Id, KeyRole.App, expiresAt: _time.GetUtcNow().AddHours(1));
        await CheckAsync(_here, text);

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Contains("expired", (await RefusedAsync(_here, text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WithinTheLease_ReadsTheStoreOnce()
    {
        var (actor, project) = await ProjectAsync("acme", "main");
        var text = await KeyAsync(actor, project.Id, KeyRole.App);
        await CheckAsync(_there, text);
        var reads = _journal.Reads;

        for (var i = 0; i < 100; i++)
        {
            await CheckAsync(_there, text);
        }

        Assert.Equal(reads, _journal.Reads);
        _time.Advance(Lease + TimeSpan.FromMilliseconds(1));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => CheckAsync(_there, text)));
        Assert.InRange(_journal.Reads, reads + 1, reads + 2);
    }

    [Fact]
    public async Task Check_StoreDown_GoesOnForOneLeaseAndThenRefusesAll()
    {
        var (actor, project) = await ProjectAsync("acme", "main");
        var text = await KeyAsync(actor, project.Id, KeyRole.App);
        await CheckAsync(_here, text);
        _journal.IsDown = true;
        await CheckAsync(_here, text);

        _time.Advance(Lease + TimeSpan.FromMilliseconds(1));

        var error = await Assert.ThrowsAsync<OrleansAiException>(() => CheckAsync(_here, text));
        Assert.Equal(ErrorCodes.StorageUnavailable, error.Code);
        _journal.IsDown = false;
        await CheckAsync(_here, text);
    }

    [Fact]
    public async Task Revoke_WhileAnotherProcessHasAFreshCopy_ReturnsOnlyWhenThatOneRefusesToo()
    {
        var (actor, project) = await ProjectAsync("acme", "main");
        var text = await KeyAsync(actor, project.Id, KeyRole.App);
        _time.Advance(Lease * 2);
        await CheckAsync(_there, text);

        var revoked = _here.RevokeKeyAsync(actor, KeyText.IdOf(text));
        await UntilAsync(() => _journal.All.Count == 3);

        // Durable, yet the other process does not know: the caller is not told that it is done.
        await CheckAsync(_there, text);
        _time.Advance(Lease);
        Assert.False(revoked.IsCompleted);
        await RunAsync(revoked);

        await RefusedAsync(_here, text);
        Assert.Contains("revoked", (await RefusedAsync(_there, text)).Message, StringComparison.Ordinal);
        Assert.Equal("tester", (await revoked).RevokedBy);
    }

    [Fact]
    public async Task Revoke_Again_ChangesNothing()
    {
        var (actor, project) = await ProjectAsync("acme", "main");
        var id = KeyText.IdOf(await KeyAsync(actor, project.Id, KeyRole.App));
        var first = await RunAsync(_here.RevokeKeyAsync(actor, id));

        Assert.Equal(first, await RunAsync(_there.RevokeKeyAsync(actor with { Id = "other" }, id)));
        Assert.Equal(3, _journal.All.Count);
    }

    [Fact]
    public async Task CreateProject_ManyFromTwoProcessesAtOnce_AllStandOnce()
    {
        var actor = Actor("acme");

        await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
            (i % 2 == 0 ? _here : _there).CreateProjectAsync(actor, new NewProject { Name = $"p{i}" })));
        var twice = await Assert.ThrowsAsync<OrleansAiException>(
            () => _here.CreateProjectAsync(actor, new NewProject { Name = "p29" }));

        Assert.Equal(ErrorCodes.AlreadyExists, twice.Code);
        Assert.Equal(30, (await _there.ListProjectsAsync(actor)).Select(static project => project.Name).Distinct().Count());
    }

    [Fact]
    public async Task Organizations_SeeAndTouchNothingOfEachOther()
    {
        var (acme, project) = await ProjectAsync("acme", "main");
        var key = KeyText.IdOf(await KeyAsync(acme, project.Id, KeyRole.App));
        var (other, _) = await ProjectAsync("other", "main");

        Assert.Empty(await _here.ListKeysAsync(other));
        Assert.DoesNotContain(await _here.ListProjectsAsync(other), seen => seen.Id == project.Id);
        Assert.Equal(ErrorCodes.KeyNotFound, await CodeAsync(() => _here.RevokeKeyAsync(other, key)));
        Assert.Equal(ErrorCodes.KeyNotFound, await CodeAsync(() => _here.RevokeKeyAsync(other, "nothing")));
        Assert.Equal(ErrorCodes.ProjectNotFound, await CodeAsync(() => KeyAsync(other, project.Id, KeyRole.App)));
    }

    [Theory]
    [InlineData(KeyRole.App)]
    [InlineData(KeyRole.Operator)]
    public async Task Everything_ByWhoIsNoAdmin_IsForbidden(KeyRole role)
    {
        var (admin, project) = await ProjectAsync("acme", "main");
        var actor = admin with { Role = role };

        Assert.Equal(ErrorCodes.Forbidden, await CodeAsync(() => _here.CreateProjectAsync(actor, new NewProject { Name = "x" })));
        Assert.Equal(ErrorCodes.Forbidden, await CodeAsync(() => _here.ListProjectsAsync(actor)));
        Assert.Equal(ErrorCodes.Forbidden, await CodeAsync(() => KeyAsync(actor, project.Id, KeyRole.App)));
        Assert.Equal(ErrorCodes.Forbidden, await CodeAsync(() => _here.ListKeysAsync(actor)));
        Assert.Equal(ErrorCodes.Forbidden, await CodeAsync(() => _here.RevokeKeyAsync(actor, "nothing")));
    }

    [Fact]
    public async Task CreateKey_WhatIsStored_HoldsNoPartOfTheSecret()
    {
        var (actor, project) = await ProjectAsync("acme", "main");

        var text = await KeyAsync(actor, project.Id, KeyRole.App);

        var stored = string.Concat(_journal.All.Select(static record => Encoding.UTF8.GetString(record.Body.Span)));
        Assert.Contains(KeyText.IdOf(text), stored, StringComparison.Ordinal);
        for (var i = text.Length - 43; i <= text.Length - 8; i++)
        {
            Assert.DoesNotContain(text.Substring(i, 8), stored, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("a/b")]
    public async Task CreateProject_BadName_IsRefused(string name) =>
        Assert.Equal(ErrorCodes.InvalidRequest, await CodeAsync(() => _here.CreateProjectAsync(Actor("acme"), new NewProject { Name = name })));

    private static AccessActor Actor(string organization, string project = "") =>
        new() { Id = "tester", Project = project, Organization = organization, Role = KeyRole.Admin };

    private static Task<KeyGrant> CheckAsync(AccessDirectory directory, string text) =>
        directory.CheckAsync(Hasher.Prove(text), CancellationToken.None).AsTask();

    private static async Task<OrleansAiException> RefusedAsync(AccessDirectory directory, string text)
    {
        var error = await Assert.ThrowsAsync<OrleansAiException>(() => CheckAsync(directory, text));
        Assert.Equal(ErrorCodes.InvalidApiKey, error.Code);
        return error;
    }

    private static async Task<string> CodeAsync(Func<Task> call) => (await Assert.ThrowsAsync<OrleansAiException>(call)).Code;

    private async Task<(AccessActor Actor, ProjectView Project)> ProjectAsync(string organization, string name, RateLimits? limits = null)
    {
        var project = await _here.CreateProjectAsync(
            Actor(organization), new NewProject { Name = name, Limits = limits ?? RateLimits.None });
        return (Actor(organization, project.Id), project);
    }

    private async Task<string> KeyAsync(
        AccessActor actor, string project, KeyRole role, DateTimeOffset? expiresAt = null, RateLimits? limits = null)
    {
        var (id, text) = KeyText.Make();
        await RunAsync(_here.CreateKeyAsync(actor, new NewKey
        {
            Id = id,
            Hash = Hasher.Hash(text),
            Project = project,
            Name = "test",
            Role = role,
            Limits = limits ?? RateLimits.None,
            ExpiresAt = expiresAt?.ToUnixTimeMilliseconds(),
        }));
        return text;
    }

    // Moves the clock until the call has ended; what it waits for is set up on other threads.
    private async Task<T> RunAsync<T>(Task<T> call)
    {
        await UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(60));
            return call.IsCompleted;
        });
        return await call;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(1, patience.Token);
        }
    }
}
