using System.Text;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.WireContracts;

/// <summary>Holds the bytes of an exchange, its headers' names and its served model to the API's contract.</summary>
internal sealed class ContractChecker(WireContractCatalog contracts)
{
    /// <summary>Classifies an exchange. Never throws for what a vendor sends.</summary>
    /// <param name="api">The API, for example <c>openai.chat</c>; one without a contract is held to none.</param>
    /// <param name="model">The configured model, which may have a contract of its own.</param>
    /// <param name="requestedModel">
    /// The model whose answer is expected; null to accept any, for example where requests name a deployment.
    /// </param>
    /// <param name="isPinned">True when exactly the requested model must answer.</param>
    /// <param name="capture">What came.</param>
    /// <param name="isStream">True when a stream was asked for.</param>
    public ContractReading Check(
        string api, string model, string? requestedModel, bool isPinned, WireCapture capture, bool isStream)
    {
        if (capture.Status is not { } status || contracts.Find(api, model) is not { } contract)
        {
            return ContractReading.None;
        }

        if (status >= 400)
        {
            return contract.Error;
        }

        FindingList? findings = null;
        ReadHeaders(contract, capture, ref findings);
        var served = new Served(requestedModel, isPinned);
        var body = capture.Response.Span;
        var isError = isStream
            ? ReadStream(contract, body, capture.IsComplete, served, ref findings)
            : ReadBody(contract, body, served, ref findings);
        return contract.Conclude(findings, isError);
    }

    private static void ReadHeaders(WireContract contract, WireCapture capture, ref FindingList? findings)
    {
        foreach (var name in capture.HeaderNames)
        {
            if (!contract.Headers.Knows(name))
            {
                var shown = ContractShape.Name(name.ToLowerInvariant());
                Add(ref findings, ContractFindingKind.UnknownHeader, $"headers.{shown}", shown, isBreaking: false, @event: null);
            }
        }
    }

    private static bool ReadBody(WireContract contract, ReadOnlySpan<byte> body, Served served, ref FindingList? findings)
    {
        var isAnswer = contract.Read(body, ref findings, out var model);
        if (isAnswer)
        {
            served.Compare(body[model], ref findings);
        }

        return !isAnswer;
    }

    private static bool ReadStream(
        WireContract contract, ReadOnlySpan<byte> body, bool isComplete, Served served, ref FindingList? findings)
    {
        var events = new EventReader(body, contract.IsLines, isComplete);
        var isError = false;
        var hasEvents = false;
        while (events.MoveNext())
        {
            hasEvents = true;
            var data = events.Data;
            if (contract.ReadEvent(events.Name, data, ref findings, out var model))
            {
                served.Compare(data[model], ref findings);
            }
            else
            {
                isError = true;
            }
        }

        // A page, an error or a whole answer in the place of a stream.
        return hasEvents || !events.HasOther ? isError : ReadBody(contract, body, served, ref findings);
    }

    private static void Add(
        ref FindingList? findings, ContractFindingKind kind, string path, string value, bool isBreaking, string? @event)
    {
        findings ??= new FindingList();
        if (findings.IsWanted((ulong)HashCode.Combine(kind, path, value), isBreaking))
        {
            findings.Add(new ContractFinding
            {
                Kind = kind,
                Path = path,
                Value = value,
                Sample = ContractShape.Masked(value),
                Event = @event,
                IsBreaking = isBreaking,
            });
        }
    }

    /// <summary>The model that must have answered.</summary>
    private readonly record struct Served(string? Requested, bool IsPinned)
    {
        public void Compare(ReadOnlySpan<byte> model, ref FindingList? findings)
        {
            if (Requested is null)
            {
                return;
            }

            var match = ServedModel.Compare(model, Requested);
            if (match == ServedModelMatch.Different || (match == ServedModelMatch.SameFamily && IsPinned))
            {
                var shown = ContractShape.Name(model);
                Add(ref findings, ContractFindingKind.ServedModelDiffers, "$.model", shown, IsPinned, @event: null);
            }
        }
    }
}
