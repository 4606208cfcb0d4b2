using PortalIntegration.Connectors.Tryton;
using PortalIntegration.Core;
using PortalIntegration.Core.Quotations;

namespace PortalIntegration.UnitTests.Connectors.Tryton;

public sealed class QuotationNotesTests
{
    [Fact]
    public void Read_LinesOfAClerk_StayAsTheyStand()
    {
        var notes = QuotationNotes.Read("Name: Weekly\nPetra rang: by Friday, C:\\new\nNote: on pallets\n\nNote: and wrapped\nBecause: he rang\n");

        (notes.Label, notes.Note).ShouldBe(("Weekly", "on pallets"));
        (notes with { Label = "Monthly" }).ToString().ShouldBe("Name: Monthly\nNote: on pallets\nBecause: he rang\nPetra rang: by Friday, C:\\new\n\nNote: and wrapped\n");
    }

    [Fact]
    public void ToString_ReadAndWrittenAgain_IsTheSame()
    {
        var notes = new QuotationNotes
        {
            Label = "Weekly",
            Person = new PersonId("p-1"),
            Note = "two\nlines and a \\",
            End = new QuotationEnd(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero), "Petra", "too dear"),
            Rest = "by a clerk\nName: not ours",
        };

        QuotationNotes.Read(notes.ToString()).ShouldBe(notes);
    }
}
