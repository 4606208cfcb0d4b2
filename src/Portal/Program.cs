using PortalIntegration.Portal.Hosting;

return await PortalHost.RunAsync(args);
