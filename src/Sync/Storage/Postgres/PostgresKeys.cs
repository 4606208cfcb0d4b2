using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace PortalIntegration.Sync.Storage.Postgres;

/// <summary>The data-protection keys of all nodes on one database. They are asked for without awaiting, at the first use and once a day.</summary>
internal sealed class PostgresKeys(PostgresDatabase database) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() =>
        Use(() => database.AtOnce(connection => (IReadOnlyCollection<XElement>)
            [.. connection.Query<string>("SELECT xml FROM keys ORDER BY id").Select(xml => XElement.Parse(xml))]));

    public void StoreElement(XElement element, string friendlyName) =>
        Use(() => database.AtOnce(connection => connection.Execute(
            "INSERT INTO keys (name, xml) VALUES (@name, @xml)", new { name = friendlyName, xml = element.ToString(SaveOptions.DisableFormatting) })));

    private static T Use<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (StoreUnavailableException unavailable)
        {
            // By this Payloads tells that the keys are not gone.
            throw new IOException(unavailable.Message, unavailable);
        }
    }
}
