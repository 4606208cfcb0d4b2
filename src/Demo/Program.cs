using PortalIntegration.Demo;

return await DemoHost.RunAsync(args);
