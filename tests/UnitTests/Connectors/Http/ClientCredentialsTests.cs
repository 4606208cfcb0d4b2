using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PortalIntegration.Connectors.Http;
using PortalIntegration.Core.Outcomes;
using PortalIntegration.Core.Ownership;
using PortalIntegration.UnitTests.Sync;

namespace PortalIntegration.UnitTests.Connectors.Http;

/// <summary>OAuth 2.0 client credentials against a real token server and a real system.</summary>
public sealed class ClientCredentialsTests
{
    private const string Secret = "planted-client-secret";

    /// <summary>Gives numbered tokens; the system takes only the newest.</summary>
    private sealed class Servers : IAsyncDisposable
    {
        private int _tokens;
        private int _valid;

        public ConcurrentQueue<IFormCollection> Asked { get; } = [];

        public int Creates;

        /// <summary>Tokens.</summary>
        public int Given => Volatile.Read(ref _tokens);

        /// <summary>What the token endpoint answers instead.</summary>
        public Func<HttpContext, Task>? Token { get; set; }

        /// <summary>What the system does instead, once a call is let in.</summary>
        public Func<HttpContext, Task>? Answer { get; set; }

        public int Seconds { get; set; } = 3600;

        public LocalServer Login { get; private set; } = null!;

        public LocalServer System { get; private set; } = null!;

        public void Expire() => Volatile.Write(ref _valid, -1);

        public async Task<Servers> Start()
        {
            Login = await LocalServer.Start(GiveToken);
            System = await LocalServer.Start(Serve);
            return this;
        }

        public async ValueTask DisposeAsync()
        {
            await Login.DisposeAsync();
            await System.DisposeAsync();
        }

        private async Task GiveToken(HttpContext context)
        {
            Asked.Enqueue(await context.Request.ReadFormAsync());
            if (Token is { } instead)
            {
                await instead(context);
                return;
            }

            await Task.Delay(50); // so that others come while it is on its way
            await GiveTokenNow(context);
        }

        public async Task GiveTokenNow(HttpContext context)
        {
            var number = Interlocked.Increment(ref _tokens);
            Volatile.Write(ref _valid, number);
            await context.Response.WriteAsJsonAsync(new { access_token = $"token-{number}", token_type = "Bearer", expires_in = Seconds });
        }

        private async Task Serve(HttpContext context)
        {
            var valid = string.Create(CultureInfo.InvariantCulture, $"Bearer token-{Volatile.Read(ref _valid)}");
            if (context.Request.Headers.Authorization != valid)
            {
                context.Response.StatusCode = 401;
                return;
            }

            if (context.Request.Method == "POST")
            {
                Interlocked.Increment(ref Creates);
            }

            await (Answer?.Invoke(context) ?? context.Response.WriteAsync("ok"));
        }
    }

    [Fact]
    public async Task Fault26_TokenExpiresUnderTwoHundredCalls_IsRenewedOnce()
    {
        await using var servers = await new Servers().Start();
        using var system = Open(servers);
        (await system.Read()).Succeeded.ShouldBeTrue();
        servers.Expire();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? system.Read() : system.Create()));

        outcomes.ShouldAllBe(outcome => outcome.Succeeded);
        servers.Asked.Count.ShouldBe(2, "one for the first call, one for the two hundred");
        servers.Creates.ShouldBe(100, "a create that was answered 401 had not been applied");
    }

    [Fact]
    public async Task FirstCalls_TwoHundredAtOnce_AskForOneToken()
    {
        await using var servers = await new Servers().Start();
        using var system = Open(servers);

        (await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => system.Read()))).ShouldAllBe(outcome => outcome.Succeeded);

        servers.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Token_ThatEndsSoon_IsRenewedBeforeItEnds()
    {
        var clock = ManualClock.Start();
        await using var servers = await new Servers { Seconds = 300 }.Start();
        using var system = Open(servers, clock);
        (await system.Read()).Succeeded.ShouldBeTrue();
        clock.Advance(TimeSpan.FromSeconds(269));
        (await system.Read()).Succeeded.ShouldBeTrue();
        servers.Asked.Count.ShouldBe(1);

        clock.Advance(TimeSpan.FromSeconds(2)); // a tenth of its life is left
        (await system.Read()).Succeeded.ShouldBeTrue();

        servers.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Token_EndpointHangsWhileTheOldTokenHolds_CallsWaitASecondAndTheNewOneIsTakenWhenItComes()
    {
        var clock = ManualClock.Start();
        await using var servers = await new Servers { Seconds = 300 }.Start();
        using var system = Open(servers, clock);
        (await system.Read()).Succeeded.ShouldBeTrue();
        var hanging = new TaskCompletionSource();
        servers.Token = async context =>
        {
            await hanging.Task;
            servers.Token = null;
            await servers.GiveTokenNow(context);
        };
        clock.Advance(TimeSpan.FromSeconds(271));

        var read = system.Read();
        await Until(() => servers.Asked.Count == 2);
        await Until(() =>
        {
            clock.Advance(ObtainedAuthentication.Patience / 10); // whenever it begins to wait
            return read.IsCompleted;
        });
        (await read.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Succeeded.ShouldBeTrue("the old one holds");
        (await system.Read()).Succeeded.ShouldBeTrue("nobody waits any more for what is late");
        servers.Asked.Count.ShouldBe(2, "the one on its way is left to come");

        hanging.SetResult();
        await Until(() => servers.Given == 2);
        clock.Advance(TimeSpan.FromSeconds(20)); // the old one would be refused by now, in any case
        (await system.Read()).Succeeded.ShouldBeTrue();
        servers.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Token_EndpointDownWhileTheOldTokenHolds_IsUsedUntilItEnds()
    {
        var clock = ManualClock.Start();
        await using var servers = await new Servers { Seconds = 300 }.Start();
        using var system = Open(servers, clock);
        (await system.Read()).Succeeded.ShouldBeTrue();
        servers.Token = Status(503);

        clock.Advance(TimeSpan.FromSeconds(280));
        (await system.Read()).Succeeded.ShouldBeTrue();
        clock.Advance(TimeSpan.FromSeconds(30));

        (await system.Read()).Failure!.Detail!.ShouldContain("token endpoint");
    }

    [Theory]
    [InlineData("down", Cause.Unreachable)]
    [InlineData("503", Cause.Unavailable)]
    [InlineData("refuses", Cause.Unauthorized)]
    [InlineData("nonsense", Cause.Unauthorized)]
    [InlineData("redirects", Cause.Unauthorized)]
    public async Task TokenEndpoint_InTrouble_IsNamedAndTheSystemIsNotAsked(string trouble, Cause cause)
    {
        await using var servers = await new Servers().Start();
        servers.Token = trouble switch
        {
            "503" => Status(503),
            "refuses" => async context =>
            {
                context.Response.StatusCode = 400;
                await context.Response.WriteAsJsonAsync(new { error = "invalid_client", error_description = $"no client with the secret {Secret}" });
            },
            "nonsense" => context => context.Response.WriteAsync("<html>"),
            _ => context =>
            {
                context.Response.Redirect("http://127.0.0.1:9/");
                return Task.CompletedTask;
            },
        };
        if (trouble == "down")
        {
            await servers.Login.DisposeAsync();
        }

        using var system = Open(servers);
        var failure = (await system.Create()).Failure.ShouldNotBeNull();

        failure.Cause.ShouldBe(cause);
        failure.Code.ShouldBe("sign_in");
        failure.Detail!.ShouldContain($"The token endpoint {servers.Login.Address.Authority}");
        failure.MayHaveTakenEffect.ShouldBeFalse();
        failure.ToString().ShouldNotContain(Secret);
        servers.Creates.ShouldBe(0);
    }

    [Fact]
    public async Task TokenEndpoint_DownUnderLoad_IsAskedOnceForAllWhoWait()
    {
        await using var servers = await new Servers().Start();
        var all = new TaskCompletionSource();
        servers.Token = async context =>
        {
            await all.Task;
            context.Response.StatusCode = 503;
        };
        var settings = new SystemSettings
        {
            Name = "erp", Connector = "local", Address = servers.System.Address,
            Credentials = new Dictionary<string, string> { [ClientCredentials.ClientId] = "portal", [ClientCredentials.ClientSecret] = Secret },
        };
        using var client = new HttpClient();
        using var authentication = ClientCredentials.For(settings, new Uri(servers.Login.Address, "/token"), TimeProvider.System);

        var calls = Enumerable.Range(0, 100).Select(_ => Sign()).ToList(); // each of them waits when it comes back from here
        all.SetResult();

        foreach (var call in calls)
        {
            (await Should.ThrowAsync<SignInException>(call)).Refusal.Cause.ShouldBe(Cause.Unavailable);
        }

        servers.Asked.Count.ShouldBe(1, "those who wait share the answer");

        async Task Sign()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, servers.System.Address);
            await authentication.Apply(request, client.SendAsync, TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("500")]
    [InlineData("cut")]
    public async Task Create_ThatMayHaveCommitted_IsNeverRepeated(string how)
    {
        await using var servers = await new Servers().Start();
        servers.Answer = how == "500" ? Status(500) : context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        using var system = Open(servers);

        var failure = (await system.Create()).Failure.ShouldNotBeNull();

        failure.MayHaveTakenEffect.ShouldBeTrue();
        servers.Creates.ShouldBe(1);
    }

    [Fact]
    public async Task System_ThatRefusesTheNewTokenToo_IsTheAnswerAfterOneRenewal()
    {
        await using var servers = await new Servers().Start();
        servers.Answer = Status(401);
        using var system = Open(servers);

        (await system.Read()).Failure!.Cause.ShouldBe(Cause.Unauthorized);

        servers.Asked.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("rsa")]
    [InlineData("ec")]
    public async Task PrivateKey_SignsAStatementInsteadOfASecret(string kind)
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var servers = await new Servers().Start();
        using var system = Open(servers, credentials: new()
        {
            [ClientCredentials.ClientId] = "portal",
            [ClientCredentials.PrivateKey] = kind == "rsa" ? rsa.ExportPkcs8PrivateKeyPem() : ec.ExportPkcs8PrivateKeyPem(),
            [ClientCredentials.KeyId] = "key-7",
            [ClientCredentials.Scope] = "orders prices",
            [ClientCredentials.Audience] = "https://erp.example",
        });

        (await system.Read()).Succeeded.ShouldBeTrue();

        var form = servers.Asked.ShouldHaveSingleItem();
        form["scope"].ToString().ShouldBe("orders prices");
        form["audience"].ToString().ShouldBe("https://erp.example");
        form.ContainsKey("client_secret").ShouldBeFalse();
        var parts = form["client_assertion"].ToString().Split('.');
        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        (kind == "rsa"
            ? rsa.VerifyData(signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : ec.VerifyData(signed, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256)).ShouldBeTrue();
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
        claims.GetProperty("iss").GetString().ShouldBe("portal");
        claims.GetProperty("sub").GetString().ShouldBe("portal");
        claims.GetProperty("aud").GetString().ShouldBe(new Uri(servers.Login.Address, "/token").AbsoluteUri);
        JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0])).RootElement.GetProperty("kid").GetString().ShouldBe("key-7");
    }

    [Fact]
    public void Mistakes_OfAKey_NameItAndSayNothingOfIt()
    {
        var settings = new SystemSettings
        {
            Name = "erp", Connector = "x", Address = new Uri("https://erp.example"),
            Credentials = new Dictionary<string, string> { ["ClientId"] = "portal", ["PrivateKey"] = "planted-key", ["ClientSecret"] = Secret },
        };

        var mistakes = ClientCredentials.Mistakes(settings).ToList();

        mistakes.Count.ShouldBe(2);
        mistakes.ShouldAllBe(mistake => mistake.StartsWith("Systems:erp:Credentials:PrivateKey") && !mistake.Contains("planted"));
    }

    private static async Task Until(Func<bool> come)
    {
        for (var look = 0; !come(); look++)
        {
            look.ShouldBeLessThan(3_000);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static Func<HttpContext, Task> Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    private static LocalSystem Open(Servers servers, TimeProvider? clock = null, Dictionary<string, string>? credentials = null)
    {
        credentials ??= new() { [ClientCredentials.ClientId] = "portal", [ClientCredentials.ClientSecret] = Secret };
        credentials[ClientCredentials.TokenEndpoint] = new Uri(servers.Login.Address, "/token").AbsoluteUri;
        return new LocalSystem(servers.System.Address, credentials: credentials, time: clock);
    }
}
