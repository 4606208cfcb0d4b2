using PortalIntegration.Connectors;
using PortalIntegration.Core;
using PortalIntegration.Core.Quotations;

namespace PortalIntegration.UnitTests.Connectors;

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

    [Theory]
    [InlineData(@"C:\temp", @"C:\temp")]
    [InlineData(@"on\nthe pallet \\ by hand\", "on\nthe pallet \\ by hand\\")]
    public void Read_BackslashOfAClerk_Stays(string written, string meant) => QuotationNotes.Read($"Note: {written}").Note.ShouldBe(meant);

    [Fact]
    public void ReadLine_OfLine_IsWhatItWasMadeOf()
    {
        var day = new DateOnly(2026, 12, 1);

        QuotationNotes.ReadLine(QuotationNotes.OfLine(day, "two\nlines")).ShouldBe((day, "two\nlines"));
        QuotationNotes.ReadLine(QuotationNotes.OfLine(day, null)).ShouldBe((day, null));
        QuotationNotes.ReadLine(QuotationNotes.OfLine(null, "Requested on Friday")).ShouldBe((null, "Requested on Friday"));
        QuotationNotes.ReadLine(QuotationNotes.OfLine(null, null)).ShouldBe((null, null));
    }
}
