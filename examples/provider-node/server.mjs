// A small provider of Open Badges 2.1 without dependencies: node server.mjs [--port 8200] [--wrong NAME].
//
// Its data is in memory, and any e-mail address logs in. It listens on this machine only.

import http from "node:http";
import { parseArgs } from "node:util";

import { Api } from "./api.mjs";
import { OAuth } from "./oauth.mjs";
import { Pages } from "./pages.mjs";
import { Refusal, html, send } from "./replies.mjs";
import { Store } from "./store.mjs";

const LONGEST = 1024 * 1024;
export const BASE = "/api/ims/ob/v2p1";
export const SCOPE = "https://purl.imsglobal.org/spec/ob/v2p1/scope/";
export const SCOPES = [..."assertion.readonly assertion.create profile.readonly".split(" ").map((s) => SCOPE + s), "offline_access"];

// Mistakes, for those who want to see what a test says of them.
export const WRONG = ["no-pkce", "any-redirect", "codes-work-twice", "no-duplicates-check", "trusts-the-copy", "no-envelope", "all-pages"];

const { values } = parseArgs({ options: { port: { type: "string", default: "8200" }, wrong: { type: "string", default: "" } } });
if (values.wrong && !WRONG.includes(values.wrong)) {
  console.error(`--wrong: expected one of ${WRONG.join(", ")}`);
  process.exit(2);
}
const store = new Store(values.wrong);
let root = "";

function routes() {
  const oauth = new OAuth(store, SCOPES);
  const pages = new Pages(store, oauth);
  const api = new Api(store, root, BASE);
  return {
    "/.well-known/badgeconnect.json": { GET: (request) => manifest(request) },
    "/register": { POST: (request) => oauth.register(request) },
    "/authorize": { GET: (request) => pages.ask(request), POST: (request) => pages.answer(request) },
    "/login": { GET: (request) => pages.form(request), POST: (request) => pages.login(request) },
    "/permissions": { GET: (request) => pages.permissions(request), POST: (request) => pages.revoke(request) },
    "/token": { POST: (request) => oauth.token(request) },
    "/revoke": { POST: (request) => oauth.revoke(request) },
    [`${BASE}/assertions`]: { GET: (request) => api.list(request), POST: (request) => api.push(request) },
    [`${BASE}/profile`]: { GET: (request) => api.profile(request) },
  };
}

function manifest() {
  const entry = {
    name: "Provider in Node", apiBase: root + BASE, version: "v2p1", scopesOffered: SCOPES,
    termsOfServiceUrl: `${root}/terms`, privacyPolicyUrl: `${root}/privacy`,
    registrationUrl: `${root}/register`, authorizationUrl: `${root}/authorize`,
    tokenUrl: `${root}/token`, tokenRevocationUrl: `${root}/revoke`,
  };
  const body = { "@context": "https://purl.imsglobal.org/spec/ob/v2p1/ob_v2p1.jsonld", id: `${root}/.well-known/badgeconnect.json`, badgeConnectAPI: [entry] };
  return { status: 200, body, headers: { "Cache-Control": "max-age=300" } };
}

async function read(incoming) {
  const parts = [];
  let size = 0;
  for await (const part of incoming) {
    size += part.length;
    if (size > LONGEST) throw new Refusal(413, "the body is too long");
    parts.push(part);
  }
  const url = new URL(incoming.url, root);
  return { method: incoming.method, path: url.pathname, url, query: url.searchParams, headers: incoming.headers, body: Buffer.concat(parts).toString() };
}

async function answer(request, table) {
  const methods = table[request.path];
  const isApi = request.path.startsWith(`${BASE}/`);
  if (!methods) throw isApi ? new Refusal(404, "nothing is here", "NOT_FOUND") : new Refusal(404, html("Nothing is here", ""));
  const handler = methods[request.method === "HEAD" ? "GET" : request.method];
  if (!handler) throw isApi ? new Refusal(405, "not with this method", "METHOD_NOT_ALLOWED") : new Refusal(405, html("Not with this method", ""));
  return handler(request);
}

const server = http.createServer(async (incoming, outgoing) => {
  try {
    send(outgoing, await answer(await read(incoming), table));
  } catch (error) {
    if (!(error instanceof Refusal)) console.error(error);
    send(outgoing, error instanceof Refusal ? error.reply(incoming.url.startsWith(BASE), store) : { status: 500, body: { error: "server_error" } });
  }
});
let table;
server.listen(Number(values.port), "127.0.0.1", () => {
  root = `http://127.0.0.1:${server.address().port}`;
  table = routes();
  console.log(root);
});
