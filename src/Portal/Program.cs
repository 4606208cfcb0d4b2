using PortalIntegration.Portal.Hosting;

await PortalHost.Build(args).RunAsync();
