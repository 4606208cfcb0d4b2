using System.Globalization;
using System.Text;

namespace PortalIntegration.Sandbox.Erp.Invoices;

/// <summary>A plain PDF 1.4 with the standard font Helvetica, written by hand.</summary>
internal static class InvoicePdf
{
    private const int LinesPerPage = 34;

    public static byte[] Print(Invoice invoice, string customer)
    {
        var pages = invoice.Lines.Chunk(LinesPerPage).DefaultIfEmpty([]).ToList();
        var objects = new List<string>
        {
            "<< /Type /Catalog /Pages 2 0 R >>",
            $"<< /Type /Pages /Count {pages.Count} /Kids [{string.Join(' ', pages.Select((_, i) => $"{(i * 2) + 5} 0 R"))}] >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        };
        for (var i = 0; i < pages.Count; i++)
        {
            var content = Page(invoice, customer, pages[i], i + 1, pages.Count);
            objects.Add($"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {(i * 2) + 6} 0 R >>");
            objects.Add($"<< /Length {Encoding.Latin1.GetByteCount(content)} >>\nstream\n{content}\nendstream");
        }

        return Assemble(objects);
    }

    private static byte[] Assemble(List<string> objects)
    {
        var text = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        foreach (var (number, content) in objects.Select((o, i) => (i + 1, o)))
        {
            offsets.Add(text.Length);
            text.Append(CultureInfo.InvariantCulture, $"{number} 0 obj\n{content}\nendobj\n");
        }

        var start = text.Length;
        text.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets)
        {
            text.Append(CultureInfo.InvariantCulture, $"{offset:0000000000} 00000 n \n");
        }

        text.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Count + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");

        // Latin-1 is one byte a character, so the offsets counted above hold
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static string Page(Invoice invoice, string customer, InvoiceLine[] lines, int page, int pages)
    {
        var text = new StringBuilder();
        void Put(double x, double y, string value, bool bold = false, int size = 9) =>
            text.Append(CultureInfo.InvariantCulture, $"BT /{(bold ? "F2" : "F1")} {size} Tf {x:0.#} {y:0.#} Td ({Escape(value)}) Tj ET\n");
        void Right(double x, double y, string value, bool bold = false) => Put(x - (value.Length * 4.9), y, value, bold);

        Put(50, 790, "Halden Supply GmbH", bold: true, 14);
        Put(50, 775, "Am Speicher 12, 20457 Hamburg, Germany");
        Put(400, 790, invoice.Kind == InvoiceKind.Invoice ? "INVOICE" : "CREDIT NOTE", bold: true, 14);
        Put(400, 775, invoice.Number);
        var billTo = invoice.BillTo;
        Put(50, 735, customer, bold: true);
        Put(50, 722, billTo.Line1);
        Put(50, 709, $"{billTo.PostalCode} {billTo.City}, {billTo.Country}");
        Put(400, 735, $"Date: {Day(invoice.IssuedOn)}");
        Put(400, 722, invoice.DueOn is { } due ? $"Due: {Day(due)}" : "");
        Put(400, 709, $"Order: {string.Join(", ", invoice.OrderNumbers)}");
        Put(400, 696, $"Your order: {invoice.PoNumber ?? "-"}");
        Put(50, 665, "Article", bold: true);
        Put(150, 665, "Description", bold: true);
        Right(430, 665, "Quantity", bold: true);
        Right(490, 665, "Price", bold: true);
        Right(550, 665, "Amount", bold: true);
        var y = 650.0;
        foreach (var line in lines)
        {
            Put(50, y, line.Sku);
            Put(150, y, line.Description.Length > 48 ? line.Description[..48] : line.Description);
            Right(430, y, $"{line.Quantity.ToString("0.####", CultureInfo.InvariantCulture)} {line.Unit}");
            Right(490, y, Amount(line.UnitPrice) + (line.PriceUnit == 1 ? "" : $"/{line.PriceUnit.ToString("0", CultureInfo.InvariantCulture)}"));
            Right(550, y, Amount(line.ExtendedAmount));
            y -= 14;
        }

        if (page == pages)
        {
            y -= 10;
            foreach (var (label, amount) in new[] { ("Subtotal", invoice.Subtotal), ("Freight", invoice.Freight), (invoice.Taxes[0].Name, invoice.TaxTotal), ($"Total {invoice.Currency}", invoice.Total) })
            {
                Put(400, y, label, label.StartsWith("Total", StringComparison.Ordinal));
                Right(550, y, Amount(amount), label.StartsWith("Total", StringComparison.Ordinal));
                y -= 14;
            }
        }

        Put(50, 40, $"Page {page} of {pages}. Made by the sandbox ERP; not a demand for payment.", size: 8);
        return text.ToString().TrimEnd('\n');
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Amount(decimal amount) => amount.ToString("#,0.00##", CultureInfo.InvariantCulture);

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '(' or ')' or '\\')
            {
                escaped.Append('\\');
            }

            escaped.Append(c > 255 ? '?' : c);
        }

        return escaped.ToString();
    }
}
