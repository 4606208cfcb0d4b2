using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace PortalIntegration.UnitTests.Portal.SigningIn;

/// <summary>An OpenID Connect provider without a network, which answers as a test says, or not at all.</summary>
internal sealed class FakeProvider : HttpMessageHandler
{
    public const string Issuer = "https://login.example.com";
    public const string Discovery = "/.well-known/openid-configuration";
    public const string Keys = "/keys";
    public const string Token = "/token";
    public const string UserInfo = "/userinfo";
    public const string Revocation = "/revoke";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ConcurrentDictionary<string, (HttpStatusCode Status, string Body)> _answers = new();
    private readonly ConcurrentQueue<(string Path, string Body)> _asked = new();
    private volatile TaskCompletionSource? _hangs;

    public FakeProvider()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        Answers(Discovery, $$"""
            {"issuer":"{{Issuer}}","authorization_endpoint":"{{Issuer}}/auth","token_endpoint":"{{Issuer}}{{Token}}","userinfo_endpoint":"{{Issuer}}{{UserInfo}}",
             "jwks_uri":"{{Issuer}}{{Keys}}","revocation_endpoint":"{{Issuer}}{{Revocation}}"}
            """);
        Answers(Keys, $$"""{"keys":[{"kty":"EC","crv":"P-256","kid":"k1","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}]}""");
        Answers(Revocation, "{}");
    }

    /// <summary>What was posted there, in the order it came; of requests without a body the empty text.</summary>
    public IReadOnlyList<string> AskedAt(string path) => [.. _asked.Where(one => one.Path == path).Select(one => one.Body)];

    public void Answers(string path, string body, HttpStatusCode status = HttpStatusCode.OK) => _answers[path] = (status, body);

    /// <summary>Accepts what comes from now on and answers nothing, until what is given back is set: by a result it answers all of it, by an exception it fails.</summary>
    public TaskCompletionSource Hangs() => _hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void HangsNoMore() => _hangs = null;

    public string Signed(string claims, string key = "k1")
    {
        var signed = $"{Part($$"""{"alg":"ES256","kid":"{{key}}"}""")}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";

        static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
    }

    /// <summary>Waits for what happens on another thread.</summary>
    public static async Task Until(Func<bool> seen)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!seen())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        _asked.Enqueue((path, request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken)));
        if (_hangs is { } hangs)
        {
            await hangs.Task.WaitAsync(cancellationToken);
        }

        var (status, body) = _answers.TryGetValue(path, out var answer) ? answer : (HttpStatusCode.NotFound, "");
        return new HttpResponseMessage(status) { Content = new StringContent(body) };
    }

    protected override void Dispose(bool disposing)
    {
        _key.Dispose();
        base.Dispose(disposing);
    }
}
