using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using OrleansAi.Contracts.Errors;

namespace OrleansAi.Http.Hosting;

/// <summary>
/// In <c>Auth:Mode=Local</c> anybody who reaches the port is the local tenant, so only this machine may reach it. Checked
/// in the configuration before anything starts, and once more on what was really bound.
/// </summary>
internal sealed class LoopbackOnly(IServer server) : IHostedLifecycleService
{
    /// <summary>Refuses configured addresses that other machines can reach.</summary>
    /// <exception cref="OrleansAiException">One of them is not loopback.</exception>
    public static void Check(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(static endpoint => endpoint["Url"]).ToList();
        var ports = $"{configuration["http_ports"]};{configuration["https_ports"]}".Trim(';');
        IEnumerable<string?> addresses = endpoints.Count > 0 ? endpoints : (configuration["urls"] ?? "").Split(';');
        if (endpoints.Count == 0 && string.IsNullOrEmpty(configuration["urls"]) && ports.Length > 0)
        {
            throw Refused($"every address, ports {ports}");
        }

        Check(addresses.OfType<string>());
    }

    /// <summary>True for the names and addresses that lead to this machine and to no other; IPv6 addresses with or without brackets.</summary>
    public static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Check(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void Check(IEnumerable<string> addresses)
    {
        foreach (var address in addresses.Where(static address => address.Length > 0 && !IsLoopback(address)))
        {
            throw Refused(address);
        }
    }

    private static bool IsLoopback(string address)
    {
        var afterScheme = address.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? address[(at + 3)..] : address;
        if (afterScheme.StartsWith("unix:", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var authority = afterScheme.Split('/')[0];
        return IsLoopbackHost(
            authority.StartsWith('[') ? authority[..(authority.IndexOf(']', StringComparison.Ordinal) + 1)] : authority.Split(':')[0]);
    }

    private static OrleansAiException Refused(string address) => new(
        ErrorCodes.InvalidRequest,
        $"OrleansAi:Auth:Mode is Local, which serves this machine only, but the address is {address}. Use a loopback address such as http://127.0.0.1:5080.");
}
