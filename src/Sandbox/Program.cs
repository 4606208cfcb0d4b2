using System.Runtime.InteropServices;
using PortalIntegration.Sandbox;

SandboxOptions options;
try
{
    options = SandboxArguments.Parse(args);
}
catch (FormatException mistake)
{
    await Console.Error.WriteLineAsync(mistake.Message);
    return 2;
}

await using var sandbox = await SandboxHost.StartAsync(options);
if (options.ErpUrl is not null)
{
    Console.WriteLine($"ERP {sandbox.ErpUrl}  control {sandbox.ErpControlUrl}");
}

if (options.CrmUrl is not null)
{
    Console.WriteLine($"CRM {sandbox.CrmUrl}  control {sandbox.CrmControlUrl}");
}

var stop = new TaskCompletionSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await stop.Task;
return 0;
