using System.Globalization;
using OrleansAi.Access.Audit;
using OrleansAi.Access.Directory;
using OrleansAi.Access.Keys;
using OrleansAi.Contracts.Access;
using OrleansAi.Contracts.Errors;
using OrleansAi.Contracts.Ids;
using OrleansAi.Http.Hosting;
using OrleansAi.Journal;

namespace OrleansAi.Silo.Commands;

/// <summary>
/// <c>keys create</c>, <c>keys list</c> and <c>keys revoke</c>: for whoever owns the installation, straight on the storage,
/// whether silos run or not. The first admin's key comes from here.
/// </summary>
internal static class KeysCommand
{
    private const string DefaultName = "default";

    private const string Usage =
        """
        keys create [--role app|operator|admin] [--organization NAME] [--project NAME] [--name TEXT] [--expires 90d|TIME]
                    [--requests-per-minute N] [--tokens-per-minute N] [--concurrent-runs N]
            makes a key, and its project when there is none; writes the key to standard output, this once
        keys list [--organization NAME]
        keys revoke ID

        Configuration is read as by the silo: appsettings.json, environment, --OrleansAi:Storage:Provider=…
        """;

    /// <summary>Does what was typed.</summary>
    /// <returns>0 when it was done, 1 when not, 2 when it is not known what is wanted.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter errors)
    {
        try
        {
            var line = new CommandLine(
                args, [], "role", "organization", "project", "name", "expires", "requests-per-minute", "tokens-per-minute", "concurrent-runs");
            Func<IServiceProvider, Task>? command = line.Words switch
            {
                ["create"] => services => CreateAsync(services, line, output, errors),
                ["list"] => services => ListAsync(services, line, output),
                ["revoke", var id] => services => RevokeAsync(services, id, errors),
                _ => null,
            };
            if (command is null)
            {
                await errors.WriteLineAsync(Usage);
                return 2;
            }

            await using var services = await OpenAsync(line.Configuration);
            await command(services);
            return 0;
        }
        catch (OrleansAiException exception)
        {
            await errors.WriteLineAsync(exception.Message);
            return 1;
        }
        catch (JournalException exception)
        {
            await errors.WriteLineAsync($"The storage cannot be used: {exception.Message}");
            return 1;
        }
    }

    private static async Task<ServiceProvider> OpenAsync(string[] args)
    {
        var provider = CommandServices.Create(args, static services => services.AddSingleton<IdSource>().AddSingleton<AccessDirectory>());
        await provider.GetRequiredService<IJournalStore>().InitializeAsync(CancellationToken.None);
        return provider;
    }

    private static async Task CreateAsync(IServiceProvider services, CommandLine line, TextWriter output, TextWriter errors)
    {
        var hasher = Auth.HasherOf(services.GetRequiredService<IConfiguration>());
        var role = line.Text("role") is not { } text ? KeyRole.App
            : KeyRoles.Parse(text) ?? throw CommandLine.Wrong($"--role is '{text}'; it must be app, operator or admin.");
        var expires = Expiry(line.Text("expires"), services.GetRequiredService<TimeProvider>().GetUtcNow());
        var directory = services.GetRequiredService<AccessDirectory>();
        var actor = Actor(line.Text("organization") ?? DefaultName);
        var limits = new RateLimits
        {
            RequestsPerMinute = line.Number("requests-per-minute"),
            TokensPerMinute = line.Number("tokens-per-minute"),
            ConcurrentRuns = line.Number("concurrent-runs"),
        };
        var name = line.Text("project") ?? DefaultName;
        var project = (await directory.ListProjectsAsync(actor)).FirstOrDefault(project => project.Name == name)
            ?? await directory.CreateProjectAsync(actor, new NewProject { Name = name });
        var (id, key) = KeyText.Make();
        var made = await directory.CreateKeyAsync(actor, new NewKey
        {
            Id = id,
            Hash = hasher.Hash(key),
            Project = project.Id,
            Name = line.Text("name") ?? "",
            Role = role,
            Limits = limits,
            ExpiresAt = expires?.ToUnixTimeMilliseconds(),
        });
        await AuditAsync(services, project.Id, "keys create", id);
        await errors.WriteLineAsync(
            $"Made the key {made.Id} with the role {made.Role.ToText()} for the project {project.Name} ({project.Id}) of {project.Organization}. "
            + "It is shown this once:");
        await output.WriteLineAsync(key);
    }

    private static async Task ListAsync(IServiceProvider services, CommandLine line, TextWriter output)
    {
        var directory = services.GetRequiredService<AccessDirectory>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds();
        await output.WriteLineAsync($"{"id",-8}  {"role",-8}  {"state",-8}  {"made",-20}  {"expires",-20}  project, name");
        foreach (var organization in line.Text("organization") is { } one ? [one] : await directory.ListOrganizationsAsync())
        {
            var projects = (await directory.ListProjectsAsync(Actor(organization))).ToDictionary(static project => project.Id);
            foreach (var key in await directory.ListKeysAsync(Actor(organization)))
            {
                var state = key.RevokedAt is not null ? "revoked" : key.ExpiresAt <= now ? "expired" : "good";
                await output.WriteLineAsync(
                    $"{key.Id,-8}  {key.Role.ToText(),-8}  {state,-8}  {Time(key.CreatedAt),-20}  {Time(key.ExpiresAt),-20}  "
                    + $"{organization}/{projects[key.Project].Name}, {(key.Name.Length > 0 ? key.Name : "-")}");
            }
        }
    }

    private static async Task RevokeAsync(IServiceProvider services, string id, TextWriter errors)
    {
        var directory = services.GetRequiredService<AccessDirectory>();
        foreach (var organization in await directory.ListOrganizationsAsync())
        {
            if ((await directory.ListKeysAsync(Actor(organization))).Any(key => key.Id == id))
            {
                var key = await directory.RevokeKeyAsync(Actor(organization), id);
                await AuditAsync(services, key.Project, "keys revoke", id);
                await errors.WriteLineAsync($"Revoked the key {id}; no process accepts it any more.");
                return;
            }
        }

        throw new OrleansAiException(ErrorCodes.KeyNotFound, $"There is no key '{id}'; 'keys list' has them.");
    }

    private static Task AuditAsync(IServiceProvider services, string project, string action, string target) =>
        new AuditLog(services.GetRequiredService<IJournal>(), services.GetRequiredService<IdSource>(), project).AppendAsync(new AuditEntry
        {
            At = services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds(),
            Actor = AccessActor.CommandLineId,
            Role = KeyRole.Admin,
            Action = action,
            Target = target,
            Status = StatusCodes.Status200OK,
        });

    private static AccessActor Actor(string organization) =>
        new() { Id = AccessActor.CommandLineId, Project = "", Organization = organization, Role = KeyRole.Admin };

    private static DateTimeOffset? Expiry(string? text, DateTimeOffset now) => text is null ? null
        : text.EndsWith('d') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is > 0 and < 36_500
            ? now.AddDays(days)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
        : throw CommandLine.Wrong($"--expires is '{text}'; it must be a number of days such as 90d or a time such as 2027-11-24T03:00:00Z.");

    private static string Time(long? at) => at is { } time
        ? DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : "-";
}
