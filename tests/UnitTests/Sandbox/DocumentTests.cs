using System.Globalization;
using System.Text;
using PortalIntegration.Sandbox.Erp.Catalogue;
using PortalIntegration.Sandbox.Erp.Invoices;
using PortalIntegration.Sandbox.Seed;

namespace PortalIntegration.UnitTests.Sandbox;

public sealed class DocumentTests
{
    [Fact]
    public async Task InvoicePdf_Any_OffsetsPointAtTheirObjects()
    {
        await using var bench = new ErpBench();
        foreach (var invoice in bench.Erp.State.Invoices.All.Take(20))
        {
            var pdf = Encoding.Latin1.GetString(InvoicePdf.Print(invoice, "Dvořák (Ložiska) s.r.o."));
            pdf.ShouldStartWith("%PDF-1.4");
            var table = pdf.LastIndexOf("xref\n", pdf.LastIndexOf("startxref", StringComparison.Ordinal), StringComparison.Ordinal);
            pdf[(pdf.LastIndexOf("startxref\n", StringComparison.Ordinal) + 10)..].Split('\n')[0].ShouldBe(table.ToString(CultureInfo.InvariantCulture));
            var entries = pdf[table..].Split('\n').Skip(3).TakeWhile(l => l.EndsWith("n ", StringComparison.Ordinal)).ToList();
            entries.Count.ShouldBeGreaterThan(4);
            foreach (var (offset, number) in entries.Select((e, i) => (int.Parse(e[..10], CultureInfo.InvariantCulture), i + 1)))
            {
                pdf[offset..].ShouldStartWith($"{number} 0 obj");
            }
        }
    }

    [Fact]
    public void Picture_SvgOrPng_IsWhatItSays()
    {
        for (var i = 0; i < 60; i++)
        {
            var product = ItemSeed.At(1, i, ErpBench.Start).Product;
            foreach (var image in product.Images)
            {
                var bytes = ProductPicture.Draw(product, image.ContentType);
                if (image.ContentType == "image/png")
                {
                    bytes.AsSpan(0, 4).ToArray().ShouldBe([0x89, 0x50, 0x4E, 0x47]);
                }
                else
                {
                    System.Xml.Linq.XDocument.Parse(Encoding.UTF8.GetString(bytes)).Root!.Name.LocalName.ShouldBe("svg");
                }
            }
        }
    }
}
