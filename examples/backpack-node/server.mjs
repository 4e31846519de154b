// A complete Backpack in Node 20, without dependencies: an example that passes the suite.
//
//   node server.mjs [--port 8100] [--url URL] [--expires SECONDS] [--deny CIDR]... [--control PORT]
//
// It prints its URL. With --control it also prints the URL of a control port for tests; a real Backpack has none.

import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { Refusal, sent, told } from "./answers.mjs";
import { identity, issue, preflight, token } from "./api.mjs";
import { bodyOf } from "./bodies.mjs";
import { control } from "./control.mjs";
import { Fetcher } from "./fetching.mjs";
import * as pages from "./pages.mjs";
import { Store } from "./store.mjs";

const ROUTES = {
  "/issuer.js": { GET: pages.script },
  "/login": { POST: pages.login },
  "/access": { GET: pages.access },
  "/accept": { POST: pages.accept },
  "/settings": { GET: pages.settings },
  "/settings/revoke-origin": { POST: pages.revokeOrigin },
  "/api/issue": { POST: issue, OPTIONS: preflight },
  "/api/token": { POST: token, OPTIONS: preflight },
  "/api/identity": { GET: identity, OPTIONS: preflight },
};

export async function serve({ port = 0, url, expires = 3600, deny = [] } = {}) {
  const backpack = { store: new Store(expires), fetcher: new Fetcher(deny), root: url };
  const server = createServer((request, response) => answer(backpack, request, response));
  backpack.server = await listening(server, port);
  backpack.root ??= `http://127.0.0.1:${server.address().port}`;
  return backpack;
}

export function listening(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => resolve(server));
  });
}

// An error in one request does not affect the next one.
async function answer(backpack, request, response) {
  try {
    const asked = await read(backpack, request);
    sent(response, await route(asked)(asked), asked);
  } catch (error) {
    if (!(error instanceof Refusal)) console.error(error);
    sent(response, error instanceof Refusal ? told(error) : told(new Refusal(500, "something went wrong")));
  }
}

async function read(backpack, request) {
  const split = request.url.indexOf("?");
  const path = split < 0 ? request.url : request.url.slice(0, split);
  const query = new URLSearchParams(split < 0 ? "" : request.url.slice(split));
  return { backpack, request, method: request.method, path, query, body: await bodyOf(request) };
}

function route({ method, path }) {
  const methods = Object.hasOwn(ROUTES, path) ? ROUTES[path] : null;
  if (!methods) throw new Refusal(404, "not found");
  if (!Object.hasOwn(methods, method)) {
    throw new Refusal(405, "method not allowed", { Allow: Object.keys(methods).join(", ") });
  }
  return methods[method];
}

const OPTIONS = {
  port: { type: "string", default: "8100" },
  url: { type: "string" },
  expires: { type: "string", default: "3600" },
  deny: { type: "string", multiple: true, default: [] },
  control: { type: "string" },
};

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  const backpack = await serve({ ...values, port: Number(values.port), expires: Number(values.expires) });
  console.log(`${backpack.root}/`);
  if (values.control) {
    const controls = await listening(createServer(control(backpack)), Number(values.control));
    console.log(`http://127.0.0.1:${controls.address().port}/`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
