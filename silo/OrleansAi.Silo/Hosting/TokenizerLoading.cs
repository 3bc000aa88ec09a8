using Microsoft.Extensions.Hosting;
using OrleansAi.Engine.Runs;

namespace OrleansAi.Silo.Hosting;

/// <summary>Loads the tokenizer while the silo starts: every turn counts its context, and what a crash left open is taken up first.</summary>
internal sealed class TokenizerLoading : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(TokenCounter.Load, stoppingToken);
}
