using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Tests.Unit.Vendors;

/// <summary>An adapter that answers as told, without a socket: for what stands around every adapter.</summary>
internal sealed class ScriptedAdapter : IVendorAdapter
{
    private int _count;

    /// <summary>What call n (from 1) does.</summary>
    public Func<int, CancellationToken, Task<VendorAnswer>> Answer { get; set; } =
        static (_, _) => Task.FromResult(new VendorAnswer("fine", null, FinishReason.Stop));

    /// <summary>What call n does before it ends, when it streams.</summary>
    public Func<int, Func<ModelDelta, ValueTask>, CancellationToken, Task> Stream { get; set; } =
        static async (_, onDelta, _) => await onDelta(Text("fine"));

    public int Count => _count;

    public List<ModelCall> Calls { get; } = [];

    public string Provider => "scripted";

    public Uri? Address => null;

    public static ModelDelta Text(string text) => new() { Kind = ModelDeltaKind.Text, Text = text };

    public static VendorException Fails(VendorFault fault, TimeSpan? retryAfter = null) =>
        VendorErrors.Of(fault, $"It failed: {fault}.", null, retryAfter);

    public Task<VendorAnswer> CompleteAsync(ModelCall call, CancellationToken cancellationToken) =>
        Answer(Begin(call), cancellationToken);

    public async Task<VendorAnswer> StreamAsync(ModelCall call, Func<ModelDelta, ValueTask> onDelta, CancellationToken cancellationToken)
    {
        var number = Begin(call);
        await Stream(number, onDelta, cancellationToken);
        return await Answer(number, cancellationToken);
    }

    private int Begin(ModelCall call)
    {
        lock (Calls)
        {
            Calls.Add(call);
        }

        WireCapture.Current?.OnRequest([1]);
        return Interlocked.Increment(ref _count);
    }
}
