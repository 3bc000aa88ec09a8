using System.Net.Http;
using OrleansAi.Contracts.Runs;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>Whether a failed call is billed, as far as its failure tells.</summary>
internal static class Billing
{
    public static BillingCertainty Of(VendorException failed, WireCapture capture)
    {
        if (failed.Answer is not null)
        {
            return BillingCertainty.Billed;
        }

        if (!capture.IsSent || IsNeverConnected(failed))
        {
            return BillingCertainty.NotBilled;
        }

        return failed.HttpStatus is >= 400 and < 500 or 503 or 529 ? BillingCertainty.NotBilled : BillingCertainty.Maybe;
    }

    // The body was ready, but no connection came about to send it on.
    private static bool IsNeverConnected(VendorException failed)
    {
        for (var cause = failed.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError,
                })
            {
                return true;
            }
        }

        return false;
    }
}
