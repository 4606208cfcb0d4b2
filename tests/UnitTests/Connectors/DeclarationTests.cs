using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PortalIntegration.Core.Ownership;
using PortalIntegration.Portal.Hosting;

namespace PortalIntegration.UnitTests.Connectors;

/// <summary>What the registered connectors say of their ports. Whether it is true, the port suites find out.</summary>
public sealed class DeclarationTests
{
    public static TheoryData<string> Names => [.. Registered().Select(connector => connector.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Ports_Declared_SayHowTheyAreAnsweredAndWhatTheyLack(string name)
    {
        var ports = Registered().Single(connector => connector.Name == name).Ports;

        ports.Select(declared => declared.Port).ShouldBeUnique();
        foreach (var declared in ports)
        {
            declared.Port.IsInterface.ShouldBeTrue();
            declared.Calls.ShouldNotBeEmpty(declared.Port.Name);
            declared.Calls.ShouldBeUnique();
            declared.Freshness.ShouldEndWith(".");
            declared.Lacks.Select(lack => lack.Feature).ShouldBeUnique();
            declared.Lacks.Where(lack => Features.Ports[lack.Feature] != declared.Port).ShouldBeEmpty();
            declared.Lacks.ShouldAllBe(lack => lack.Reason.EndsWith('.'));
        }
    }

    [Fact]
    public void Features_All_BelongToAPortOfAnEntity()
    {
        Enum.GetValues<Feature>().ShouldBe(Features.Ports.Keys, ignoreOrder: true);
        Features.Ports.Values.Distinct().ShouldBeSubsetOf(Entities.Ports.Values.SelectMany(ports => ports));
    }

    private static List<IConnector> Registered() =>
    [
        .. new ServiceCollection().AddLogging().AddSystems(new ConfigurationBuilder().Build())
            .BuildServiceProvider().GetServices<IConnector>(),
    ];
}
