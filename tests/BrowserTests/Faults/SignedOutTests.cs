using Microsoft.Playwright;
using PortalIntegration.BrowserTests.Jobs;
using PortalIntegration.BrowserTests.Stage;
using static Microsoft.Playwright.Assertions;

namespace PortalIntegration.BrowserTests.Faults;

/// <summary>Who signs out is signed out in every tab.</summary>
public sealed class SignedOutTests(Theatre theatre)
{
    [Fact]
    public async Task SignOut_InAnotherTab_TheOpenPadAsksToSignIn()
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.SignIn(People.Buyer);
        await buyer.Page.FillPad(erp.Lines);

        await SignOut(await buyer.NewTab());

        await buyer.Page.WaitForURLAsync("**/sign-in?returnTo=*", new() { Timeout = 60_000 });
    }

    /// <summary>In half a minute, which <see cref="InterruptedCheckoutTests"/> has to wait anyway.</summary>
    internal static async Task TheOtherTabHearsNothing_NothingCanBeOrderedThereAndItIsSignedOutTooInAWhile(Theatre theatre)
    {
        await using var erp = await SandboxOnStage.Over(theatre.Sandbox, theatre.Portal);
        await using var buyer = await theatre.SignIn(People.Buyer);
        await buyer.Page.AddInitScriptAsync("addEventListener('storage', event => event.stopImmediatePropagation(), true);");
        var po = Buyer.NewPo();
        await buyer.Page.FillPad(erp.Lines);
        var place = await buyer.Page.OpenCheckout(po);

        await SignOut(await buyer.NewTab());
        await place.ClickAsync();

        await buyer.Page.WaitForURLAsync("**/sign-in?returnTo=*", new() { Timeout = 60_000 });
        (await erp.OrdersUnder(po)).ShouldBeEmpty();
        await buyer.Page.KeepsLines(erp.Lines.Count);
    }

    private static async Task SignOut(IPage page)
    {
        await page.GotoAsync("/orders");
        await page.Locator("#person-menu summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in");
    }
}
