using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using OrleansAi.Contracts.Ids;

namespace OrleansAi.Vendors.Routing;

/// <summary>Names the key, the actual value and the rule of everything that is wrong with vendors and routes.</summary>
internal sealed class RoutingOptionsValidator : IValidateOptions<RoutingOptions>
{
    public ValidateOptionsResult Validate(string? name, RoutingOptions options)
    {
        List<string> failures = [.. options.Vendors.SelectMany(static pair => Check(pair.Key, pair.Value))];
        failures.AddRange(Annotations("OrleansAi:Drift", options.Drift));
        foreach (var (route, model) in options.Models)
        {
            failures.AddRange(Annotations($"OrleansAi:Models:{route}", model));
            failures.AddRange(CheckRetrieval($"OrleansAi:Models:{route}:Retrieval", model.Retrieval));
            foreach (var (key, other) in new[]
            {
                ("ContextLengthRoute", model.ContextLengthRoute), ("ContentPolicyRoute", model.ContentPolicyRoute),
            })
            {
                if (other is not null && other != VendorCatalog.DefaultRoute && !options.Models.ContainsKey(other))
                {
                    failures.Add($"OrleansAi:Models:{route}:{key} is '{other}', which is not a route.");
                }
            }

            failures.AddRange(CheckCandidates($"OrleansAi:Models:{route}", model.Candidates, options));
        }

        foreach (var (route, embeddings) in options.Embeddings)
        {
            var key = $"OrleansAi:Embeddings:{route}";
            failures.AddRange(Annotations(key, embeddings));
            failures.AddRange(CheckCandidates(key, embeddings.Candidates, options));
            failures.AddRange(CheckEmbeddings(key, embeddings.Candidates, options));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>The kind by its name in the configuration.</summary>
    public static VendorKind? Kind(string text) => text.ToLowerInvariant() switch
    {
        "builtin" => VendorKind.Builtin,
        "openai" => VendorKind.OpenAi,
        "openai-responses" => VendorKind.OpenAiResponses,
        "azure-openai" => VendorKind.AzureOpenAi,
        "anthropic" => VendorKind.Anthropic,
        "gemini" => VendorKind.Gemini,
        "ollama" => VendorKind.Ollama,
        _ => null,
    };

    private static IEnumerable<string> CheckRetrieval(string key, RouteRetrievalOptions? retrieval) => retrieval is null
        ? []
        : Annotations(key, retrieval).Concat(retrieval.Collections.Index()
            .Where(static one => !(one.Item.Length <= 64 && IdText.IsPossible(one.Item) && one.Item.StartsWith(IdPrefixes.Collection, StringComparison.Ordinal)))
            .Select(one => $"{key}:Collections:{one.Index} is '{one.Item}', which is not the id of a vector store."));

    private static IEnumerable<string> CheckCandidates(string route, IList<CandidateOptions> candidates, RoutingOptions options)
    {
        if (candidates.Count == 0)
        {
            yield return $"{route} has no candidates; give it at least one vendor and model.";
        }

        for (var i = 0; i < candidates.Count; i++)
        {
            var (key, candidate) = ($"{route}:Candidates:{i}", candidates[i]);
            foreach (var failure in Annotations(key, candidate))
            {
                yield return failure;
            }

            if (candidate.Vendor.Length > 0 && !IsBuiltin(candidate.Vendor) && !options.Vendors.ContainsKey(candidate.Vendor))
            {
                yield return $"{key}:Vendor is '{candidate.Vendor}', which is not configured; "
                    + $"known are {string.Join(", ", options.Vendors.Keys.Append(VendorCatalog.BuiltinVendor).Distinct())}.";
            }
        }
    }

    private static IEnumerable<string> CheckEmbeddings(string route, IList<CandidateOptions> candidates, RoutingOptions options) =>
        candidates.Select(static (candidate, i) => (candidate.Vendor, i))
            .Where(one => options.Vendors.TryGetValue(one.Vendor, out var vendor) && Kind(vendor.Kind) == VendorKind.Anthropic)
            .Select(one => $"{route}:Candidates:{one.i}:Vendor is '{one.Vendor}', whose kind anthropic has no embeddings.")
            .Concat(candidates.Any(static one => IsBuiltin(one.Vendor)) && candidates.Any(static one => !IsBuiltin(one.Vendor))
                ? [$"{route} mixes the built-in embeddings with those of vendors; vectors of different models say nothing about each other."]
                : []);

    private static IEnumerable<string> Check(string name, VendorOptions vendor)
    {
        var key = $"OrleansAi:Vendors:{name}";
        foreach (var failure in Annotations(key, vendor))
        {
            yield return failure;
        }

        if (name.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
        {
            yield return $"{key}: a vendor's name may have letters, digits, '-', '_' and '.' only.";
        }

        if (Kind(vendor.Kind) is null)
        {
            yield return $"{key}:Kind is '{vendor.Kind}'; it must be builtin, openai, openai-responses, azure-openai, anthropic, gemini or ollama.";
        }

        if (Kind(vendor.Kind) == VendorKind.AzureOpenAi && vendor.Endpoint is null)
        {
            yield return $"{key}:Endpoint is missing; give the address of the Azure resource.";
        }

        if (vendor.Endpoint is { } endpoint && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            yield return $"{key}:Endpoint is '{endpoint}'; it must be an absolute http or https address.";
        }

        if (new[] { vendor.ApiKey, vendor.ApiKeyFile, vendor.ApiKeyEnv }.Count(static secret => secret is not null) > 1)
        {
            yield return $"{key}: give only one of ApiKey, ApiKeyFile and ApiKeyEnv.";
        }

        if (vendor.ApiKeyFile is { } file && !File.Exists(file))
        {
            yield return $"{key}:ApiKeyFile is '{file}', which does not exist.";
        }

        if (vendor.ApiKeyEnv is { } variable && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
        {
            yield return $"{key}:ApiKeyEnv is '{variable}', which is not set.";
        }
    }

    private static bool IsBuiltin(string vendor) =>
        vendor.Equals(VendorCatalog.BuiltinVendor, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Annotations(string key, object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(result => $"{key}:{string.Join(',', result.MemberNames)}: {result.ErrorMessage}");
    }
}
