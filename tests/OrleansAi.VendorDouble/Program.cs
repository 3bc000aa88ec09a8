using System.Globalization;
using OrleansAi.VendorDouble;

// For benchmarks: dotnet OrleansAi.VendorDouble.dll <port> <delay in milliseconds> <characters of an answer>
await using var vendor = await VendorServer.StartAsync(int.Parse(args[0], CultureInfo.InvariantCulture));
var delay = TimeSpan.FromMilliseconds(int.Parse(args[1], CultureInfo.InvariantCulture));
var length = int.Parse(args[2], CultureInfo.InvariantCulture);
vendor.KeepsCalls = false;
vendor.Behave = _ => new Behaviour { Delay = delay, Answer = new string('x', length) };
Console.WriteLine($"vendor double at {vendor.Endpoint}");
await vendor.WaitForShutdownAsync();
