// A provider of OpenID Connect for the tests. Whoever signs in with any password is let in; the first letters of
// the name decide about the groups. Prints its issuer once it listens, and ends with its standard input.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const settings = JSON.parse(process.argv[2]);
const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://localhost:${server.address().port}`;

const groupsOf = { ada: ["platform", "on-call"], bob: ["nobody-knows"] };

const provider = new Provider(issuer, {
  clients: settings.clients,
  scopes: ["openid", "profile", "email", "groups"],
  claims: {
    openid: ["sub"],
    profile: ["name", "preferred_username"],
    email: ["email", "email_verified"],
    groups: ["groups"],
  },
  conformIdTokenClaims: settings.claimsInUserInfoOnly,
  cookies: { keys: ["only for tests"] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: `${id} Example`,
      preferred_username: id,
      email: `${id}@example.com`,
      email_verified: true,
      groups: groupsOf[id] ?? [],
    }),
  }),
});
server.on("request", provider.callback());
process.stdin.on("end", () => process.exit(0)).resume();
console.log(issuer);
