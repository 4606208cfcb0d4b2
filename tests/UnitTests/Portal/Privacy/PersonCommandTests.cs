using PortalIntegration.Core;
using PortalIntegration.Portal.Privacy;
using PortalIntegration.Sync.Privacy;

namespace PortalIntegration.UnitTests.Portal.Privacy;

public sealed class PersonCommandTests
{
    [Fact]
    public async Task Erase_DoneButNotYetOverwritten_SaysBothAndEndsWithThree()
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var arguments = PersonArguments.Parse(["erase", "con-77", "--by", "con-1", "--reason", "asked for"]);

        var code = await PersonCommand.Erase(
            arguments, new PersonNames(new PersonId("con-77"), []), new Answers(new Erasure([], 4, 1) { NotCompacted = "the disk is full" }), output, errors, TestContext.Current.CancellationToken);

        code.ShouldBe(3);
        output.ToString().ShouldContain("4 records anonymised, 1 removed.");
        errors.ToString().ShouldContain("It is erased, but");
        errors.ToString().ShouldContain("the disk is full");
        errors.ToString().ShouldNotContain("Nothing was");
    }

    private sealed class Answers(Erasure erasure) : IPersonalData
    {
        public Task<IReadOnlyList<KeptRecord>> Export(PersonNames person, CancellationToken cancel) => Task.FromResult<IReadOnlyList<KeptRecord>>([]);

        public Task<Erasure> Erase(PersonNames person, string by, string reason, CancellationToken cancel) => Task.FromResult(erasure);
    }
}
