using PortalIntegration.Core;
using PortalIntegration.Core.Accounts;
using PortalIntegration.Core.Catalog;
using PortalIntegration.Core.Credit;
using PortalIntegration.Core.Customers;
using PortalIntegration.Core.Opportunities;
using PortalIntegration.Core.Orders;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Sync.Flows;
using PortalIntegration.Sync.Storage;
using PortalIntegration.Sync.Work;
using PortalIntegration.Tests;

namespace PortalIntegration.UnitTests.Sync.Flows;

/// <summary>What of the flows does not touch the store.</summary>
public sealed class FlowTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _clock = ManualClock.Start();
    private readonly FakeCompany _company;

    public FlowTests() => _company = new FakeCompany(_clock);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void SubmissionOf_TheSameOpportunity_IsTheSameAndOfNoOther()
    {
        OpportunityToOrder.SubmissionOf("crm", "opp-1").ShouldBe(OpportunityToOrder.SubmissionOf("crm", "opp-1"));
        OpportunityToOrder.SubmissionOf("crm", "opp-1").ShouldNotBe(OpportunityToOrder.SubmissionOf("crm", "opp-2"));
        OpportunityToOrder.SubmissionOf("crm", "opp-1").ShouldNotBe(OpportunityToOrder.SubmissionOf("crm2", "opp-1"));
    }

    [Fact]
    public async Task Schedule_InATimeZoneWithSummerTime_FollowsItsClock()
    {
        var settings = new FlowSettings { Name = "x", Schedule = "0 30 2 * * ?", TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") };

        FlowSchedule.After(settings, new DateTimeOffset(2026, 3, 27, 12, 0, 0, TimeSpan.Zero)).ShouldBe(new DateTimeOffset(2026, 3, 28, 1, 30, 0, TimeSpan.Zero));
        var shifted = FlowSchedule.After(settings, new DateTimeOffset(2026, 3, 28, 12, 0, 0, TimeSpan.Zero));
        shifted!.Value.ShouldBeInRange(new DateTimeOffset(2026, 3, 29, 0, 59, 0, TimeSpan.Zero), new DateTimeOffset(2026, 3, 30, 1, 0, 0, TimeSpan.Zero), "the hour that the night lacks");
        FlowSchedule.After(settings, new DateTimeOffset(2026, 3, 30, 12, 0, 0, TimeSpan.Zero)).ShouldBe(new DateTimeOffset(2026, 3, 31, 0, 30, 0, TimeSpan.Zero));
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData("Sync:Flows:credit-to-crm:Mode", "sometimes")]
    [InlineData("Sync:Flows:credit-to-crn", "apply")]
    [InlineData("Sync:Flows:credit-to-crm:Schedule", "every night")]
    [InlineData("Sync:Flows:credit-to-crm:TimeZone", "Europe/Atlantis")]
    [InlineData("Sync:Flows:credit-to-crm:BrakeShare", "2")]
    [InlineData("Sync:Flows:credit-to-crm:Fields:Colour", "x")]
    public async Task Setting_ThatIsWrong_IsNamed(string key, string value)
    {
        await using var node = new Node(_directory.Path, _clock, _company, (key, value));

        Should.Throw<Microsoft.Extensions.Options.OptionsValidationException>(() => node.Get<IFlowBoard>().Fields).Message.ShouldContain(key);
    }

    [Theory]
    [InlineData("Customers.Colour", "Accounts.vat", "erp", "crm", null, "has no field 'Colour'")]
    [InlineData("Customers.TaxNumber", "Accounts.paymentTerms", "erp", "crm", null, "has an owner already")]
    [InlineData("Customers.TaxNumber", "Opportunities.vat", "erp", "crm", null, "no flow carries")]
    [InlineData("Customers.TaxNumber", "Accounts.vat", "crm", "crm", null, "not crm's")]
    [InlineData("Customers.TaxNumber", "Accounts.vat", "erp", "crm", "backwards", "there is no 'backwards'")]
    [InlineData("taxNumber", "Accounts.vat", "erp", "crm", null, "with its entity")]
    [InlineData("Accounts.segment", "Customers.PaymentTerms", "crm", "erp", null, "cannot be written")]
    public async Task Field_ThatCannotWork_StopsTheStart(string from, string to, string fromSystem, string toSystem, string? transformation, string words)
    {
        _company.Fields2 = [new OwnedField("Ownership:Fields:0", new FieldEnd(fromSystem, from, FieldType.Text, null), new FieldEnd(toSystem, to, FieldType.Text, null), transformation, FieldMode.RealTime)];
        await using var node = new Node(_directory.Path, _clock, _company);

        var thrown = Should.Throw<Microsoft.Extensions.Options.OptionsValidationException>(() => node.Get<IFlowBoard>().Fields);
        thrown.Message.ShouldContain("Ownership:Fields:0");
        thrown.Message.ShouldContain(words);
    }
}
