using System.Net;
using System.Text;
using OrleansAi.Vendors.Wire;
using OrleansAi.Vendors.WireContracts;

namespace OrleansAi.Tests.Unit.Vendors.WireContracts;

/// <summary>An exchange with a vendor, as it is captured.</summary>
internal sealed record Exchange(string Api, string Body)
{
    public bool IsStream { get; init; }

    public bool IsComplete { get; init; } = true;

    public int Status { get; init; } = 200;

    public string? Requested { get; init; }

    public bool IsPinned { get; init; }

    public string[] Headers { get; init; } = [];

    public ContractReading Check()
    {
        using var response = new HttpResponseMessage((HttpStatusCode)Status);
        foreach (var name in Headers)
        {
            response.Headers.TryAddWithoutValidation(name, "1");
        }

        var capture = new WireCapture();
        capture.OnResponse(response);
        if (Body.Length > 0)
        {
            capture.OnRead(Encoding.UTF8.GetBytes(Body));
        }

        if (IsComplete)
        {
            capture.OnRead([]);
        }

        return new ContractChecker(WireContractCatalog.Default).Check(Api, Requested ?? "m", Requested, IsPinned, capture, IsStream);
    }
}
