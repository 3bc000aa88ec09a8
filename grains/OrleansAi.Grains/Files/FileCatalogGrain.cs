using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Files;
using OrleansAi.Contracts.Ids;
using OrleansAi.Files;
using OrleansAi.Journal;

namespace OrleansAi.Grains.Files;

/// <summary>
/// The owner of a tenant's catalog. It also finishes what was begun: content of deleted files whose destruction was cut short,
/// files whose time is over, uploads that broke off.
/// </summary>
internal sealed partial class FileCatalogGrain(
    IJournal journal, IdSource ids, TimeProvider time, IOptions<FileLimits> limits, IGrainContext context, ILogger<FileCatalogGrain> logger)
    : Grain, IFileCatalogGrain
{
    private const int MostAtOnce = 100;
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMinutes(1);

    private readonly string _tenant = context.GrainId.Key.ToString()!;
    private readonly FileCatalog _catalog = new(journal, ids, time, limits.Value, context.GrainId.Key.ToString()!);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(SweepAsync, new GrainTimerCreationOptions(TimeSpan.Zero, SweepPeriod));
        return base.OnActivateAsync(cancellationToken);
    }

    public Task Begin(string id) => _catalog.BeginAsync(id);

    public Task<FileView> Publish(string id, NewFile file, long bytes) => _catalog.PublishAsync(id, file, bytes);

    public Task<FileView> Get(string id) => _catalog.GetAsync(id);

    public Task<FilePage> List(FileQuery query) => _catalog.ListAsync(query);

    public async Task Delete(string id)
    {
        await _catalog.DeleteAsync(id);
        await EraseAsync(id);
    }

    private async Task SweepAsync()
    {
        try
        {
            foreach (var id in await _catalog.SweepAsync(MostAtOnce))
            {
                await EraseAsync(id);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The next sweep goes on.
            LogNotSwept(exception);
        }
    }

    private async Task EraseAsync(string id)
    {
        await GrainFactory.GetGrain<IFileGrain>(StreamNames.File(_tenant, id)).Erase();
        await _catalog.ForgetAsync(id);
    }

    [LoggerMessage(3060, LogLevel.Warning, "Files that have to go could not all be taken away; it is tried again.")]
    private partial void LogNotSwept(Exception exception);
}
