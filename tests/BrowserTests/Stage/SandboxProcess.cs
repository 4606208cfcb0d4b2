using System.Net.Http.Json;
using System.Text.Json;
using PortalIntegration.Tests.Servers;

namespace PortalIntegration.BrowserTests.Stage;

/// <summary>The stand-in ERP and CRM as a process of their own, with what a test does to them from behind.</summary>
public sealed class SandboxProcess : IAsyncDisposable
{
    public const string ErpToken = "sandbox-erp-token";
    public const string CrmToken = "sandbox-crm-token";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>Accounts that the seed makes special: over limit, on hold, not linked, only in the CRM, closed.</summary>
    private static readonly string?[] Odd = ["acc-00003", "acc-00004", "acc-00007", "acc-00008", "acc-00009"];

    private readonly ServerProcess _process;

    private SandboxProcess(ServerProcess process, Uri erp, Uri crm)
    {
        _process = process;
        Erp = new("erp", erp);
        Crm = new("crm", crm);
    }

    public SandboxSystem Erp { get; }

    public SandboxSystem Crm { get; }

    public static async Task<SandboxProcess> StartAsync(params string[] more)
    {
        var (erp, crm) = (ServerProcess.FreeAddress(), ServerProcess.FreeAddress());
        string[] arguments =
        [
            "--erp-url", erp.ToString(), "--crm-url", crm.ToString(), "--seed", "1", "--skus", "400", "--accounts", "40", "--contacts", "140",
            "--orders", "300", "--simulation", "off", "--dispatch-hour", DispatchHour.Argument, .. more,
        ];
        return new(await ServerProcess.StartAsync("Sandbox", erp, "control/about", arguments), erp, crm);
    }

    /// <summary>What a person of the CRM's is called: a customer's contact or a member of staff.</summary>
    public async Task<string> NameOf(string person) =>
        (await Crm.Get($"crm/v1/{(person.StartsWith("con-", StringComparison.Ordinal) ? "contacts" : "users")}/{person}")).GetProperty("name").GetString()!;

    /// <summary>Somebody who may look but not order, of an account that is linked.</summary>
    public async Task<string> Viewer() => (await Crm.Get("crm/v1/contacts?limit=200")).GetProperty("items").EnumerateArray()
        .First(contact => contact.GetProperty("portal").GetProperty("role").GetString() == "viewer" && contact.GetProperty("accountIds").GetArrayLength() == 1
            && !Odd.Contains(contact.GetProperty("accountIds")[0].GetString())).GetProperty("id").GetString()!;

    /// <summary>Somebody who acts for two accounts, both linked.</summary>
    public async Task<string> WithTwoAccounts() => (await Crm.Get("crm/v1/contacts?limit=200")).GetProperty("items").EnumerateArray()
        .First(contact => contact.GetProperty("portal").GetProperty("role").GetString() is "buyer" or "approver" && contact.GetProperty("accountIds").GetArrayLength() == 2
            && contact.GetProperty("accountIds").EnumerateArray().All(account => !Odd.Contains(account.GetString()))).GetProperty("id").GetString()!;

    /// <summary>The id of somebody who runs the portal.</summary>
    public async Task<string> Admin() => (await Crm.Get("crm/v1/users?limit=100")).GetProperty("items").EnumerateArray()
        .First(user => user.GetRawText().Contains("\"admin\"", StringComparison.OrdinalIgnoreCase)).GetProperty("id").GetString()!;

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>One of the two systems.</summary>
    public sealed class SandboxSystem(string name, Uri address)
    {
        public string Name { get; } = name;

        /// <summary>Where the portal finds it.</summary>
        public Uri Api => new(address, $"{Name}/v1/");

        /// <summary>From now on this operation ends so; <c>*</c> for all.</summary>
        public Task Fault(object rule) => Post("control/faults", rule);

        public async Task ClearFaults()
        {
            using var answer = await Http.DeleteAsync(new Uri(address, "control/faults"));
            answer.EnsureSuccessStatusCode();
        }

        public async Task<JsonElement> Post(string path, object? body = null)
        {
            using var answer = body is null ? await Http.PostAsync(new Uri(address, path), null) : await Http.PostAsJsonAsync(new Uri(address, path), body);
            return await Read(answer, path);
        }

        /// <summary>Places an order past the portal; answers its number.</summary>
        public Task<string> Order(object order) => Create("orders", order);

        /// <summary>Has a basket kept past the portal; answers the quotation's number.</summary>
        public Task<string> Keep(object quotation) => Create("quotations", quotation);

        /// <summary>Asks the ERP something that is asked by a body.</summary>
        public async Task<JsonElement> Ask(string path, object question)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path)) { Content = JsonContent.Create(question) };
            request.Headers.Authorization = new("Bearer", ErpToken);
            using var answer = await Http.SendAsync(request);
            return await Read(answer, path);
        }

        private async Task<string> Create(string what, object order)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"erp/v1/{what}")) { Content = JsonContent.Create(order) };
            request.Headers.Authorization = new("Bearer", ErpToken);
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
            using var answer = await Http.SendAsync(request);
            return (await Read(answer, what)).GetProperty("number").GetString()!;
        }

        public async Task<JsonElement> Put(string path, object body)
        {
            using var answer = await Http.PutAsJsonAsync(new Uri(address, path), body);
            return await Read(answer, path);
        }

        public async Task<JsonElement> Get(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
            request.Headers.Authorization = new("Bearer", Name == "erp" ? ErpToken : CrmToken);
            using var answer = await Http.SendAsync(request);
            return await Read(answer, path);
        }

        /// <summary>Writes what only the system's own API writes, as one of its people.</summary>
        /// <param name="over">Where the version to write over is read, as <c>If-Match</c> says it; null for something new.</param>
        public async Task Write(HttpMethod method, string path, object? body = null, string? over = null)
        {
            using var request = new HttpRequestMessage(method, new Uri(address, path)) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Authorization = new("Bearer", Name == "erp" ? ErpToken : CrmToken);
            if (over is not null)
            {
                using var reading = new HttpRequestMessage(HttpMethod.Get, new Uri(address, over));
                reading.Headers.Authorization = request.Headers.Authorization;
                using var standing = await Http.SendAsync(reading);
                request.Headers.IfMatch.Add(standing.Headers.ETag.ShouldNotBeNull());
            }

            using var answer = await Http.SendAsync(request);
            await Read(answer, path);
        }

        private static async Task<JsonElement> Read(HttpResponseMessage answer, string path)
        {
            var text = await answer.Content.ReadAsStringAsync();
            answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {(int)answer.StatusCode} {text}");
            return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone();
        }
    }
}
