using System.Security.Claims;
using System.Security.Cryptography;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using PortalIntegration.Core;
using PortalIntegration.Core.Scopes;
using PortalIntegration.Portal.Components;
using PortalIntegration.Portal.Limits;

namespace PortalIntegration.Portal.SignIn.Providers;

internal sealed class OpenIdOptions : OAuthOptions
{
    /// <summary>Nothing beyond the callback: the endpoints come from the provider's discovery document, the rest was checked when the portal started.</summary>
    public override void Validate()
    {
        if (!CallbackPath.HasValue)
        {
            throw new InvalidOperationException("No path to come back to.");
        }
    }
}

/// <summary>
/// OpenID Connect's authorization code flow over the framework's OAuth handler, which does state, correlation cookie and PKCE. Here is what OpenID Connect adds: discovery,
/// nonce, the id_token, userinfo, and whom it is in the CRM. See docs/adr/sign-in.md.
/// </summary>
internal sealed partial class OpenIdHandler(
    IOptionsMonitor<OpenIdOptions> options, ILoggerFactory loggers, UrlEncoder encoder, OpenIdProviders providers, Admitting admitting, ProviderSignIns signIns, SignInProblems problems, RateLimits limits)
    : OAuthHandler<OpenIdOptions>(options, loggers, encoder)
{
    /// <summary>Of <see cref="AuthenticationProperties"/>: ask who it is, whoever the provider thinks.</summary>
    public const string Another = "another";

    private const string NonceItem = "nonce";
    private const string VerifierItem = "code_verifier";

    private ProviderMetadata? _metadata;

    private OpenIdProvider Provider => providers.Find(Scheme.Name) ?? throw new InvalidOperationException($"There is no provider {Scheme.Name}.");

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        try
        {
            _metadata = await Provider.Metadata(Context.RequestAborted);
        }
        catch (ProviderDownException down)
        {
            Log.Problem(Logger, Scheme.Name, SignInProblem.ProviderDown, down.Message);
            Response.Redirect(problems.Url(SignInProblem.ProviderDown, new AboutProblem(Scheme.Name, null), properties.RedirectUri));
            return;
        }

        properties.Items[NonceItem] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await base.HandleChallengeAsync(properties);
    }

    protected override string BuildChallengeUrl(AuthenticationProperties properties, string redirectUri)
    {
        // The framework's own writes state, PKCE and redirect address onto the endpoint of its options; they go onto the provider's.
        var parameters = QueryHelpers.ParseQuery(new Uri(base.BuildChallengeUrl(properties, redirectUri)).Query).ToDictionary(one => one.Key, one => one.Value.ToString());
        parameters["scope"] = Scopes(Provider.Options, _metadata!);
        parameters["nonce"] = properties.Items[NonceItem]!;
        if (properties.GetParameter<bool>(Another))
        {
            parameters["prompt"] = Provider.Options.PromptForAnother;
        }

        foreach (var (name, value) in Provider.Options.Parameters)
        {
            parameters.TryAdd(name, value);
        }

        return QueryHelpers.AddQueryString(_metadata!.Authorization.ToString(), parameters!);
    }

    protected override async Task<HandleRequestResult> HandleRemoteAuthenticateAsync()
    {
        // It is answered here, before the middleware that counts.
        if (limits.Refuses(Asked.SignIn, Context.Connection.RemoteIpAddress) is { } wait)
        {
            LimitServices.Refuse(Context, wait);
            return HandleRequestResult.Handle();
        }

        try
        {
            var answeredBy = Request.Query["iss"].ToString();
            var metadata = await Provider.Metadata(Context.RequestAborted);
            if (answeredBy != metadata.Issuer && (answeredBy.Length > 0 || (metadata.SaysIssuer && Request.Query.ContainsKey("code"))))
            {
                // Another provider's answer, brought here to have its code handed over (RFC 9207).
                throw new SignInProblemException(SignInProblem.Untrusted, "the answer is of another provider");
            }

            return await base.HandleRemoteAuthenticateAsync();
        }
        catch (SignInProblemException problem)
        {
            return HandleRequestResult.Fail(problem, problem.Properties ?? Options.StateDataFormat.Unprotect(Request.Query["state"]));
        }
        catch (ProviderDownException down)
        {
            return HandleRequestResult.Fail(
                new SignInProblemException(SignInProblem.ProviderDown, down.Message, inner: down), Options.StateDataFormat.Unprotect(Request.Query["state"]));
        }
    }

    protected override async Task<OAuthTokenResponse> ExchangeCodeAsync(OAuthCodeExchangeContext context)
    {
        try
        {
            var tokens = await Provider.Tokens(
                [
                    new("grant_type", "authorization_code"),
                    new("code", context.Code),
                    new("redirect_uri", context.RedirectUri),
                    new("code_verifier", context.Properties.Items[VerifierItem]!),
                ],
                Context.RequestAborted);
            context.Properties.Items.Remove(VerifierItem);
            return OAuthTokenResponse.Success(JsonSerializer.SerializeToDocument(tokens));
        }
        catch (ProviderRefusedException refused)
        {
            throw new SignInProblemException(
                refused.Error == "invalid_grant" ? SignInProblem.Lost : SignInProblem.Refused, $"the code is refused: {refused.Error}", inner: refused) { Properties = context.Properties };
        }
        catch (ProviderDownException down)
        {
            throw new SignInProblemException(SignInProblem.ProviderDown, down.Message, inner: down) { Properties = context.Properties };
        }
    }

    protected override async Task<AuthenticationTicket> CreateTicketAsync(ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse tokens)
    {
        try
        {
            var given = tokens.Response!.Deserialize<ProviderTokens>()!;
            var claims = await Provider.Claims(
                given.Id ?? throw new UntrustedTokenException("There is no id_token."), properties.Items[NonceItem]!, Context.RequestAborted);
            var userInfo = await Provider.UserInfo(given.Access, Context.RequestAborted);
            var claimed = Claimed.Read(Provider.Options, claims, userInfo);
            if (limits.Refuses(Asked.SignIn, Admitting.IdOf(Scheme.Name, claimed.Subject)) is { } wait)
            {
                // Before the CRM is asked about him, and with nothing changed: who is signed in stays so.
                throw new SignInProblemException(SignInProblem.TooOften, $"told to wait {wait.TotalSeconds} s", claimed.Email) { Until = TimeProvider.GetUtcNow() + wait };
            }

            var signIn = SessionTicket.NewSignIn();
            var admission = new Admission(Scheme.Name, claimed.As, claimed.Email, ProviderSignIns.NameFor(Scheme.Name, claimed, signIn));
            var scope = await admitting.Admit(Scheme.Name, claimed, admission);
            await signIns.Keep(admission.Tokens, claimed, given, userInfo);
            if ((await Context.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme)).Principal is { } before)
            {
                await signIns.Replace(before, admission);
            }

            Log.SignedIn(Logger, scope.Person.Value, scope.Role, Scheme.Name);
            var acting = SessionTicket.First(scope, ActingCookie.Last(Context));
            var mustChoose = acting is null && scope.Accounts.Count > 0 && scope.Role is not Role.Rep;
            return new AuthenticationTicket(
                SessionTicket.Issue(scope, acting, signIn, TimeProvider.GetUtcNow(), admission),
                new AuthenticationProperties { RedirectUri = mustChoose ? PortalUrls.ChooseAccount(properties.RedirectUri) : properties.RedirectUri },
                Scheme.Name);
        }
        catch (SignInProblemException problem)
        {
            throw new SignInProblemException(problem.Problem, problem.Message, problem.Email, problem) { Properties = properties, Until = problem.Until };
        }
        catch (UntrustedTokenException untrusted)
        {
            throw new SignInProblemException(SignInProblem.Untrusted, untrusted.Message, inner: untrusted) { Properties = properties };
        }
        catch (ProviderRefusedException refused)
        {
            throw new SignInProblemException(SignInProblem.Refused, $"userinfo is refused: {refused.Error}", inner: refused) { Properties = properties };
        }
        catch (ProviderDownException down)
        {
            throw new SignInProblemException(SignInProblem.ProviderDown, down.Message, inner: down) { Properties = properties };
        }
    }

    /// <summary>Takes the person to words about what went wrong, and from there where he wanted to go.</summary>
    public static Task Failed(RemoteFailureContext context)
    {
        var known = context.Failure as SignInProblemException;
        var problem = known?.Problem
            ?? (context.Request.Query["error"].ToString() is { Length: > 0 } error && context.Properties is not null
                ? error == "access_denied" ? SignInProblem.Declined : SignInProblem.Refused
                : SignInProblem.Lost);
        var services = context.HttpContext.RequestServices;
        Log.Problem(
            services.GetRequiredService<ILogger<OpenIdHandler>>(), context.Scheme.Name, problem, known?.Message ?? "what the browser brought back");
        context.Response.Redirect(services.GetRequiredService<SignInProblems>().Url(
            problem, new AboutProblem(context.Scheme.Name, known?.Email, known?.Until), PortalUrls.LocalOrHome(context.Properties?.RedirectUri)));
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private static string Scopes(ProviderOptions provider, ProviderMetadata metadata) => string.Join(
        ' ',
        provider.Scopes.Count > 0 ? provider.Scopes : metadata.Scopes.Contains("offline_access") ? ["openid", "profile", "email", "offline_access"] : ["openid", "profile", "email"]);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Person} signed in as {Role} by {Provider}.")]
        public static partial void SignedIn(ILogger logger, string person, Role role, string provider);

        [LoggerMessage(LogLevel.Warning, "A sign-in by {Provider} ended with {Problem}: {Why}.")]
        public static partial void Problem(ILogger logger, string provider, SignInProblem problem, string why);
    }
}
