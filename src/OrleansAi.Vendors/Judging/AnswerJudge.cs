using OrleansAi.Contracts.Models;
using OrleansAi.Vendors.Drift;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Wire;
using OrleansAi.Vendors.WireContracts;

namespace OrleansAi.Vendors.Judging;

/// <summary>The judge of one vendor: its contract first, then the sanity checks; what they find also feeds the drift watch.</summary>
internal sealed class AnswerJudge(JudgingTools tools, VendorOptions options, QuarantineFlag quarantine) : IAnswerJudge
{
    public Judgement Judge(
        IVendorAdapter adapter, ModelCall call, VendorAnswer answer, WireCapture capture, bool isStream, TimeSpan latency)
    {
        var reading = Read(adapter, call, capture, isStream);
        var contract = reading.Contract is null ? null : Name(reading.Class);
        var decision = ContractPolicies.Decide(reading.Class, options.ContractPolicy);
        if (decision == ContractDecision.Fail)
        {
            tools.Drift.Observe(call.Vendor, call.Model, new DriftSample { RunId = call.RunId, IsExact = false });
            var first = reading.Findings.FirstOrDefault(static finding => finding.IsBreaking) ?? reading.Findings.FirstOrDefault();
            return new Judgement(answer, contract, [], Broken(first, answer, contract), null);
        }

        if (reading.Class == ContractClass.Additive && decision == ContractDecision.PassMarked)
        {
            quarantine.Raise(reading.Findings[0].Path);
        }

        return tools.Conclude(call, answer, contract, Found(reading, answer), latency);
    }

    public Judgement Review(IVendorAdapter adapter, ModelCall call, VendorAnswer answer, WireCapture capture, bool isStream) =>
        tools.Review(call, answer, Found(Check(adapter, call, capture, isStream), answer));

    public void Observe(IVendorAdapter adapter, ModelCall call, WireCapture capture, bool isStream)
    {
        if (capture.Response.Length > 0 && Read(adapter, call, capture, isStream).Class == ContractClass.Breaking)
        {
            tools.Drift.Observe(call.Vendor, call.Model, new DriftSample { RunId = call.RunId, IsExact = false });
        }
    }

    private ContractReading Read(IVendorAdapter adapter, ModelCall call, WireCapture capture, bool isStream)
    {
        var reading = Check(adapter, call, capture, isStream);
        if (reading.Findings.Count > 0)
        {
            tools.FirstSeen.Observe(call.Vendor, call.Model, adapter.Api!, call.RunId, reading);
        }

        return reading;
    }

    private ContractReading Check(IVendorAdapter adapter, ModelCall call, WireCapture capture, bool isStream)
    {
        if (adapter.Api is not { } api)
        {
            return ContractReading.None;
        }

        // A deployment on Azure has a name of the operator's choice, which says nothing of its model.
        var requested = api.StartsWith("azure", StringComparison.Ordinal) && !call.Pinned ? null : call.Model;
        return tools.Contracts.Check(api, call.Model, requested, call.Pinned, capture, isStream);
    }

    private static List<Verdict> Found(ContractReading reading, VendorAnswer answer)
    {
        var verdicts = new List<Verdict>();
        if (reading.Class == ContractClass.Additive)
        {
            verdicts.Add(new Verdict { Name = VerdictNames.ContractAdditive, Detail = reading.Findings[0].Path });
        }

        if (reading.Findings.Any(static finding => finding.Kind == ContractFindingKind.ServedModelDiffers))
        {
            verdicts.Add(new Verdict { Name = VerdictNames.ServedModelDiffers, Detail = answer.ServedModel });
        }

        verdicts.AddRange(answer.Notes.Select(static note => new Verdict { Name = VerdictNames.Normalised, Detail = note }));
        return verdicts;
    }

    private static VendorException Broken(ContractFinding? finding, VendorAnswer answer, string? contract)
    {
        var what = finding?.Kind switch
        {
            null => "is an error and an answer at once",
            ContractFindingKind.MissingField => "is missing",
            ContractFindingKind.WrongType => "has another form",
            ContractFindingKind.NotJson => "is not JSON",
            ContractFindingKind.ServedModelDiffers => $"is '{finding!.Value}', another model than the pinned one",
            _ => "is not known, and the policy is to refuse it",
        };
        var broken = VendorErrors.Contract($"{finding?.Path ?? "$"} {what}.");
        return new VendorException(broken.Code, broken.Message, broken.IsTransient)
        {
            Fault = broken.Fault,
            HttpStatus = broken.HttpStatus,
            Answer = answer,
            Contract = contract,
        };
    }

    private static string Name(ContractClass found) => found switch
    {
        ContractClass.Exact => "exact",
        ContractClass.Additive => "additive",
        _ => "breaking",
    };
}
