// OpenID Connect providers for tests, in one process: node providers.mjs CONTROL-PORT, with the providers as JSON in the environment (PROVIDERS):
// [{ "name", "port", "redirect", "signedOut", "backChannel", "accessTokenSeconds" }]. Every password is right. People are put and taken at the control port:
// PUT /NAME/SUB with their claims, DELETE /NAME/SUB, and POST /NAME/SUB/refuse or /NAME/SUB/allow for their refresh tokens; GET /NAME/SUB/logout/CLIENT gives
// a logout token for a client.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const people = new Map();
const refused = new Set();
const providers = new Map();
const key = (name, sub) => `${name}/${sub}`;

for (const { name, port, redirect, signedOut, backChannel, accessTokenSeconds } of JSON.parse(process.env.PROVIDERS)) {
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{
      client_id: `portal-${name}`,
      client_secret: `secret-of-${name}`,
      redirect_uris: [redirect],
      post_logout_redirect_uris: [signedOut],
      backchannel_logout_uri: backChannel,
      backchannel_logout_session_required: true,
      grant_types: ["authorization_code", "refresh_token"],
    }, {
      client_id: `another-${name}`,
      client_secret: `secret-of-another-${name}`,
      redirect_uris: ["https://another.example/done"],
    }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
    cookies: {
      keys: ["for tests alone"],
      // Cookies know no ports, and the providers share a host.
      names: { session: `${name}_session`, interaction: `${name}_interaction`, resume: `${name}_resume` },
    },
    features: { backchannelLogout: { enabled: true } },
    // Its own refuses this machine's addresses, which is where the portal of a test is.
    fetch: (url, { dispatcher: _, ...options }) => fetch(url, { ...options, signal: AbortSignal.timeout(10_000) }),
    ttl: { AccessToken: accessTokenSeconds, IdToken: 300, RefreshToken: 3600, Session: 3600, Grant: 3600, Interaction: 600 },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    findAccount: async (context, sub, token) => {
      const claims = people.get(key(name, sub));
      if (!claims || (token?.kind === "RefreshToken" && refused.has(key(name, sub)))) {
        return undefined;
      }

      return { accountId: sub, claims: async () => ({ sub, ...claims }) };
    },
    // What is asked for is granted: a page of consent is nothing of the portal's.
    loadExistingGrant: async context => {
      const { session, client, params } = context.oidc;
      const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(params.scope);
      await grant.save();
      return grant;
    },
  });
  provider.on("backchannel.error", (context, error) => console.error(`Back-channel logout by ${name}: ${error.message}`));
  providers.set(name, provider);
  provider.listen(port, "127.0.0.1");
}

createServer(async (request, response) => {
  const [, name, sub, what, client] = request.url.split("/").map(decodeURIComponent);
  let body = "";
  for await (const part of request) {
    body += part;
  }

  if (what === "logout") {
    const provider = providers.get(name);
    const token = new provider.IdToken({ sub }, { client: await provider.Client.find(client) });
    token.mask = { sub: null };
    token.set("events", { "http://schemas.openid.net/event/backchannel-logout": {} });
    token.set("jti", crypto.randomUUID());
    response.end(await token.issue({ use: "logout" }));
    return;
  }

  if (request.method === "PUT") {
    people.set(key(name, sub), JSON.parse(body));
  } else if (request.method === "DELETE") {
    people.delete(key(name, sub));
  } else if (what === "refuse") {
    refused.add(key(name, sub));
  } else if (what === "allow") {
    refused.delete(key(name, sub));
  }

  response.end();
}).listen(Number(process.argv[2]), "127.0.0.1");
