using System.Diagnostics;
using System.Net;
using PortalIntegration.Tests.Servers;
using PortalIntegration.Tests;

namespace PortalIntegration.IntegrationTests.Portal;

/// <summary>The portal as a process of its own: as published, and where it must not start.</summary>
[Collection(PortalCollection.Name)]
public sealed class PortalProcessTests(PortalFixture portal) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("portal-published-");

    private static readonly bool Full = Environment.GetEnvironmentVariable("PORTALINTEGRATION_FULL") is { Length: > 0 };

    /// <summary>The one that needs nothing installed is built anew, which takes a minute.</summary>
    public static TheoryData<bool> Kinds => Full ? new TheoryData<bool>(false, true) : new TheoryData<bool>(false);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Published_StartedFromAnEmptyHome_ServesItsPagesAndFiles(bool selfContained)
    {
        var home = _folder.CreateSubdirectory("home").FullName;
        var folder = Path.Combine(_folder.FullName, "portal");
        await Publish(folder, selfContained);
        var address = ServerProcess.FreeAddress();
        await using var published = await ServerProcess.StartAsync("Portal", address, "/sign-in", Arguments(address), published: folder, from: home);
        File.Exists(Path.Combine(folder, "libcoreclr.so")).ShouldBe(selfContained);
        using var visitor = new Visitor(address);

        var streamed = await visitor.Read("/sign-in");
        streamed.ShouldContain("name=\"person\"", customMessage: published.Output);
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(streamed);
        var files = page.QuerySelectorAll("link[href], script[src]").Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!)
            .Concat(["_framework/blazor.web.js", "lib/icons/bootstrap-icons.svg", "lib/inter/inter-latin.woff2"]);
        foreach (var file in files)
        {
            using var answer = await visitor.Get(file);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, file);
        }

        Directory.Exists(Path.Combine(folder, "FrontEnd")).ShouldBeFalse();
        Directory.EnumerateFileSystemEntries(home).ShouldBeEmpty("it leaves nothing where it was started");
    }

    [Fact]
    public async Task PersonPicker_InProduction_ThePortalEndsWithOneMessage()
    {
        var address = ServerProcess.FreeAddress();
        var start = () => ServerProcess.StartAsync(
            "Portal", address, "/sign-in", Arguments(address), new Dictionary<string, string?> { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["DOTNET_ENVIRONMENT"] = "Production" });

        var ended = (await start.ShouldThrowAsync<InvalidOperationException>()).Message;

        ended.ShouldContain("ended with 1");
        ended.ShouldContain("The portal does not start. SignIn:Kind=PersonPicker lets anybody sign in as anybody");
        ended.ShouldNotContain("   at ", customMessage: "a message, not a stack trace");
    }

    public void Dispose() => TestDirectory.Delete(_folder.FullName);

    private IEnumerable<string> Arguments(Uri address) =>
    [
        $"--urls={address}",
        "--SignIn:Kind=PersonPicker",
        $"--State:Directory={Path.Combine(_folder.FullName, "state")}",
        "--Systems:erp:Connector=reference-erp",
        $"--Systems:erp:Address={portal.Sandbox.ErpUrl}",
        $"--Systems:erp:Credentials:Token={portal.Sandbox.Options.ErpToken}",
        "--Systems:crm:Connector=reference-crm",
        $"--Systems:crm:Address={portal.Sandbox.CrmUrl}",
        $"--Systems:crm:Credentials:Token={portal.Sandbox.Options.CrmToken}",
    ];

    private async Task Publish(string folder, bool selfContained)
    {
        var start = new ProcessStartInfo("dotnet", [
            "publish", "src/Portal", "-c", ServerProcess.Configuration, "-o", folder, "-v", "q", "--nologo",
            .. selfContained ? ["-r", "linux-x64", "--self-contained", "--artifacts-path", Path.Combine(_folder.FullName, "artifacts")] : new[] { "--no-build" },
        ])
        {
            UseShellExecute = false,
            WorkingDirectory = ServerProcess.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var publish = Process.Start(start)!;
        var said = await Task.WhenAll(publish.StandardOutput.ReadToEndAsync(), publish.StandardError.ReadToEndAsync());
        await publish.WaitForExitAsync();
        publish.ExitCode.ShouldBe(0, string.Join('\n', said));
    }
}
