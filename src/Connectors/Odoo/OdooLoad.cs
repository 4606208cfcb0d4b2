using System.Text.Json;
using PortalIntegration.Connectors.Odoo.Wire;
using PortalIntegration.Core.Outcomes;

namespace PortalIntegration.Connectors.Odoo;

/// <summary>
/// Odoo's import: it makes records under external ids of ours, which are unique in the database, and makes none a second time
/// (<c>BaseModel.load</c>). Of two at once, one fails for contention and leaves nothing.
/// </summary>
internal static class OdooLoad
{
    /// <summary>
    /// The module of our external ids. Never the name of a module of Odoo's (<c>portal</c> is one): when that is upgraded, Odoo deletes the records under
    /// its name that the upgrade did not bring.
    /// </summary>
    public const string Module = "portalintegration";

    /// <summary>All records or none, in one transaction.</summary>
    /// <param name="columns">The first is <c>id</c>: the external id. A row without one goes on with the record before it, and adds a line to it.</param>
    /// <returns>The records' ids, in order. <see cref="Cause.Conflict"/> with the code <see cref="OdooRefusals.Locked"/> when another did the same just now.</returns>
    public static async Task<Outcome<IReadOnlyList<long>>> Load(
        this OdooRpc rpc, PortCall call, string model, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<object?>> rows,
        IReadOnlyDictionary<string, object?>? context = null)
    {
        var answered = await rpc.Write<Answer>(
            call, model, "load", ids: null, new(StringComparer.Ordinal) { ["fields"] = columns, ["data"] = rows }, context);
        if (!answered.Try(out var answer))
        {
            return answered.As<IReadOnlyList<long>>();
        }

        if (answer.Ids.ValueKind is JsonValueKind.False)
        {
            var said = string.Join(' ', answer.Messages.Select(message => message.Message));
            return Outcome.Failed<IReadOnlyList<long>>(said.Length == 0 ? rpc.Failure(call, Cause.Malformed, "Loading answers neither a record nor an error.")
                : OdooRefusals.IsContention(said) ? rpc.Failure(call, Cause.Conflict, "Odoo is busy with the same records.", OdooRefusals.Locked)
                : rpc.Failure(call, Cause.Rejected, said, OdooRefusals.UserError));
        }

        var records = rows.Count(row => row[0] is not "");
        return answer.Ids.ValueKind is JsonValueKind.Array && answer.Ids.GetArrayLength() == records
            && answer.Ids.EnumerateArray().All(id => id.ValueKind is JsonValueKind.Number && id.TryGetInt64(out _))
                ? answered.Select<IReadOnlyList<long>>(_ => [.. answer.Ids.EnumerateArray().Select(id => id.GetInt64())])
                : Outcome.Failed<IReadOnlyList<long>>(rpc.Failure(call, Cause.Malformed, "Not one record for each external id."));
    }

    private sealed record Answer
    {
        /// <summary><c>false</c> when nothing was done.</summary>
        public required JsonElement Ids { get; init; }

        public required IReadOnlyList<Said> Messages { get; init; }
    }

    private sealed record Said
    {
        public required string Message { get; init; }
    }
}
