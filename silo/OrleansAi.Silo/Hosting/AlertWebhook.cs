using System.Net.Http.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Vendors;
using OrleansAi.Silo.Configuration;

namespace OrleansAi.Silo.Hosting;

/// <summary>
/// Posts alerts when they are raised and when they end. Tried several times; the id tells a receiver what it has had
/// already. An alert that cannot be delivered is logged and still stands under <c>/api/alerts</c>.
/// </summary>
internal sealed partial class AlertWebhook(IOptions<AlertOptions> options, TimeProvider time, ILogger<AlertWebhook> logger) : BackgroundService
{
    private const int Attempts = 5;

    private readonly Channel<Alert> _queue = Channel.CreateBounded<Alert>(
        new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Dictionary<string, bool> _told = new(StringComparer.Ordinal);

    /// <summary>Takes in all alerts that are known now; what is new about them is posted.</summary>
    public void Offer(IReadOnlyList<Alert> alerts)
    {
        if (options.Value.WebhookUrl is null)
        {
            return;
        }

        foreach (var alert in alerts)
        {
            var hasEnded = alert.EndedAt is not null;
            if (!_told.TryGetValue(alert.Id, out var known) || known != hasEnded)
            {
                _told[alert.Id] = hasEnded;
                _queue.Writer.TryWrite(alert);
            }
        }

        foreach (var forgotten in _told.Keys.Except(alerts.Select(static alert => alert.Id)).ToList())
        {
            _told.Remove(forgotten);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.WebhookUrl is not { } url)
        {
            return;
        }

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        await foreach (var alert in _queue.Reader.ReadAllAsync(stoppingToken))
        {
            await DeliverAsync(http, url, alert, stoppingToken);
        }
    }

    private async Task DeliverAsync(HttpClient http, string url, Alert alert, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var response = await http.PostAsJsonAsync(url, alert, AlertJson.Default.Alert, cancellationToken);
                response.EnsureSuccessStatusCode();
                return;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                if (attempt == Attempts)
                {
                    LogNotDelivered(exception, alert.Id);
                    return;
                }

                await Task.Delay(TimeSpan.FromSeconds(1 << attempt), time, cancellationToken);
            }
        }
    }

    [LoggerMessage(4021, LogLevel.Error, "The alert {Alert} could not be delivered to the webhook.")]
    private partial void LogNotDelivered(Exception exception, string alert);
}

/// <summary>Alerts as the webhook's receiver sees them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Alert))]
internal sealed partial class AlertJson : JsonSerializerContext;
