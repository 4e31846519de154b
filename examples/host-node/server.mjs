// A small host of Open Badges 3.0: npm ci, then node server.mjs [--port 8300] [--wrong NAME].
//
// Its data is in memory, and any e-mail address logs in. It listens on this machine only. Pages and
// sessions are those of ../provider-node; what Open Badges 3.0 asks for beyond them is here.

import http from "node:http";
import { parseArgs } from "node:util";

import { html, send, Refusal } from "../provider-node/replies.mjs";
import { Api, statusInfo } from "./api.mjs";
import { document } from "./discovery.mjs";
import { HostOAuth, HostPages, HostStore, SCOPES } from "./oauth.mjs";

const LONGEST = 4 * 1024 * 1024;
const BASE = "/ims/ob/v3p0";

// Mistakes, for those who want to see what a test says of them.
export const WRONG = ["believes-proofs", "any-key", "ignores-claims", "drops-terms", "ignores-lists", "ignores-schemas", "plural", "no-scope", "own-errors"];

const { values } = parseArgs({ options: { port: { type: "string", default: "8300" }, wrong: { type: "string", default: "" } } });
if (values.wrong && !WRONG.includes(values.wrong)) {
  console.error(`--wrong: expected one of ${WRONG.join(", ")}`);
  process.exit(2);
}
const store = new HostStore(values.wrong);
let root = "";

function routes() {
  const oauth = new HostOAuth(store, SCOPES);
  const pages = new HostPages(store, oauth);
  const api = new Api(store, root, BASE);
  return {
    [`${BASE}/discovery`]: { GET: () => ({ status: 200, body: document(root, BASE), headers: { "Cache-Control": "max-age=300" } }) },
    "/register": { POST: (request) => oauth.register(request) },
    "/authorize": { GET: (request) => pages.ask(request), POST: (request) => pages.answer(request) },
    "/login": { GET: (request) => pages.form(request), POST: (request) => pages.login(request) },
    "/permissions": { GET: (request) => pages.permissions(request), POST: (request) => pages.revoke(request) },
    "/token": { POST: (request) => oauth.token(request) },
    "/revoke": { POST: (request) => oauth.revoke(request) },
    [`${BASE}/credentials`]: { GET: (request) => api.list(request), POST: (request) => api.push(request) },
    [`${BASE}/profile`]: { GET: (request) => api.profile(request) },
  };
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
  const page = (title) => (isApi(request.path) ? title : html(title, ""));
  if (!methods) throw new Refusal(404, page("Nothing is here"));
  const handler = methods[request.method === "HEAD" ? "GET" : request.method];
  if (!handler) throw new Refusal(405, page("Not with this method"), "", { Allow: Object.keys(methods).join(", ") });
  return handler(request);
}

const isApi = (path) => path.startsWith(`${BASE}/`);

// Errors of the API are Imsx_StatusInfo; those of OAuth and of pages are as in the provider.
function refused(error, path) {
  if (!(error instanceof Refusal)) {
    console.error(error);
    error = new Refusal(500, "something is wrong here");
  }
  const { status, headers, message } = error;
  return isApi(path) ? { status, headers, body: statusInfo(status, message, store.wrong) } : error.reply(false);
}

const server = http.createServer(async (incoming, outgoing) => {
  try {
    send(outgoing, await answer(await read(incoming), table));
  } catch (error) {
    send(outgoing, refused(error, incoming.url));
  }
});
let table;
server.listen(Number(values.port), "127.0.0.1", () => {
  root = `http://127.0.0.1:${server.address().port}`;
  table = routes();
  console.log(root);
});
