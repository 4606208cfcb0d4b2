namespace PortalIntegration.Sandbox.Http;

/// <summary>One operation of a contract, under the operationId that the contract gives it.</summary>
/// <param name="Id">The operationId.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Route pattern after the system's base path.</param>
/// <param name="Run">What it does.</param>
/// <param name="Open">Whether it is answered without a token.</param>
internal sealed record Operation(string Id, string Method, string Path, Func<Call, CancellationToken, ValueTask<Answer>> Run, bool Open = false)
{
    public static Operation Get(string id, string path, Func<Call, Answer> run) => new(id, "GET", path, (call, _) => new(run(call)));

    public static Operation Post(string id, string path, Func<Call, Answer> run, bool open = false) => new(id, "POST", path, (call, _) => new(run(call)), open);

    public static Operation Put(string id, string path, Func<Call, Answer> run) => new(id, "PUT", path, (call, _) => new(run(call)));

    public static Operation Patch(string id, string path, Func<Call, Answer> run) => new(id, "PATCH", path, (call, _) => new(run(call)));

    public static Operation Delete(string id, string path, Func<Call, Answer> run) => new(id, "DELETE", path, (call, _) => new(run(call)));
}
