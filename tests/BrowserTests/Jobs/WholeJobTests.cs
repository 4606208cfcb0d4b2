using PortalIntegration.BrowserTests.Stage;

namespace PortalIntegration.BrowserTests.Jobs;

public sealed class WholeJobTests(Theatre theatre)
{
    [Fact]
    public async Task WholeJob_OnTheSandboxByKeyboardAlone_PlacesOnceAndShowsBothShipments()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await WholeJob.Run(theatre.Chromium, erp);
    }

    [Fact]
    public async Task WholeJob_OnARealTrytonByKeyboardAlone_StandsInTrytonConfirmedOnceAndSoDoQuotesAndReturns()
    {
        await using var erp = await TrytonOnStage.Start();
        var number = await WholeJob.Run(theatre.Chromium, erp);
        await KeptJob.Run(theatre.Chromium, erp, page => KeptJob.SendBack(page, erp, number)); // on the same servers: starting them costs more than the job
    }

    [Fact]
    public async Task WholeJob_OnARealTrytonAndARealOdooByKeyboardAlone_StandsInTrytonConfirmedOnce()
    {
        await using var erp = await TrytonAndOdooOnStage.Start();
        await WholeJob.Run(theatre.Chromium, erp);
    }

    [Fact]
    public async Task WholeJob_OnARealOdooAsBothByKeyboardAlone_StandsInOdooConfirmedOnceAndSoDoQuotes()
    {
        await using var erp = await OdooOnStage.Start();
        await WholeJob.Run(theatre.Chromium, erp);
        await KeptJob.Run(theatre.Chromium, erp);
    }
}
