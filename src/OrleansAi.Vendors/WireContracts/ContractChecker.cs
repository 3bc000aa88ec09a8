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
    /// <param name="isPinned">True when exactly the requested model must answer, and say so.</param>
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
        var served = new Served(requestedModel, isPinned, contract.ServedModelPath);
        var body = capture.Response.Span;
        var isError = isStream
            ? ReadStream(contract, body, capture.IsComplete, ref served, ref findings)
            : ReadBody(contract, body, ref served, ref findings);
        if (!isError)
        {
            served.Conclude(ref findings);
        }

        return contract.Conclude(findings, isError);
    }

    private static void ReadHeaders(WireContract contract, WireCapture capture, ref FindingList? findings)
    {
        foreach (var name in capture.HeaderNames)
        {
            if (!contract.Headers.Knows(name))
            {
                var shown = ContractShape.Name(name.ToLowerInvariant());
                Add(ref findings, ContractFindingKind.UnknownHeader, $"headers.{shown}", shown, isBreaking: false);
            }
        }
    }

    private static bool ReadBody(WireContract contract, ReadOnlySpan<byte> body, ref Served served, ref FindingList? findings)
    {
        var isAnswer = contract.Read(body, ref findings, out var model);
        if (isAnswer)
        {
            served.Compare(body[model], ref findings);
        }

        return !isAnswer;
    }

    private static bool ReadStream(
        WireContract contract, ReadOnlySpan<byte> body, bool isComplete, ref Served served, ref FindingList? findings)
    {
        var events = new EventReader(body, contract.IsLines, isComplete);
        var isError = false;
        var hasEvents = false;

        // An error ends a stream. So does garbage for our purposes: a body of it would cost an exception for each line.
        while (!isError && findings is not { IsSettled: true } && events.MoveNext())
        {
            hasEvents = true;
            var data = events.Data;
            isError = !contract.ReadEvent(events.Name, data, ref findings, out var model);
            if (!isError)
            {
                served.Compare(data[model], ref findings);
            }
        }

        // A page, an error or a whole answer in the place of a stream.
        return hasEvents || !events.HasOther ? isError : ReadBody(contract, body, ref served, ref findings);
    }

    private static void Add(
        ref FindingList? findings, ContractFindingKind kind, string path, string? value, bool isBreaking)
    {
        findings ??= new FindingList();
        if (findings.IsWanted((ulong)HashCode.Combine(kind, path, value), isBreaking))
        {
            findings.Add(new ContractFinding
            {
                Kind = kind,
                Path = path,
                Value = value,
                Sample = ContractShape.Masked(value ?? ""),
                IsBreaking = isBreaking,
            });
        }
    }

    /// <summary>The model that must have answered.</summary>
    private struct Served(string? requested, bool isPinned, string path)
    {
        private bool _hasAnswers;
        private bool _isNamed;

        public void Compare(ReadOnlySpan<byte> model, ref FindingList? findings)
        {
            _hasAnswers = true;
            if (requested is null || model.IsEmpty)
            {
                return;
            }

            _isNamed = true;
            var match = ServedModel.Compare(model, requested);
            if (match == ServedModelMatch.Different || (match == ServedModelMatch.SameFamily && isPinned))
            {
                Add(ref findings, ContractFindingKind.ServedModelDiffers, path, ContractShape.Name(model), isPinned);
            }
        }

        // A pin that nobody can check would be a promise without a keeper.
        public readonly void Conclude(ref FindingList? findings)
        {
            if (isPinned && requested is not null && _hasAnswers && !_isNamed)
            {
                Add(ref findings, ContractFindingKind.MissingField, path, value: null, isBreaking: true);
            }
        }
    }
}
