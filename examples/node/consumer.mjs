// A consumer of Open Badges 2.1 in Node 20, without dependencies: it pushes badges, and reads them.
//
// It finds the Backpack's manifest, registers, asks the earner for access, hosts its badges, pushes
// them, refreshes its tokens, and handles a Backpack that is slow, overloaded or unreachable.
// `backpack-conformance issuer --api ob2.1` runs it once for each situation, with the URLs in
// environment variables. It awards the badges and exits.

import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const TRIES = 5;
const PATIENCE = Number(process.env.ISSUER_PATIENCE ?? 10) * 1000; // response timeout
const FIRST_WAIT = 200;
const SCOPE = "https://purl.imsglobal.org/spec/ob/v2p1/scope/";
const CREATE = `${SCOPE}assertion.create`;
const SCOPES = [CREATE, `${SCOPE}assertion.readonly`, "offline_access"]; // what we need
const IMAGE = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E";
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const JSON_BODY = { "Content-Type": "application/json" };

// A Backpack, and what we have there.
class Provider {
  api = null; // its entry of the manifest
  freshUntil = 0;
  client = null; // the answer to our registration
  tokens = null;
  mustAskAgain = false; // we lost our registration, and the earner has to grant access anew

  constructor(number, manifest) {
    Object.assign(this, { number, manifest });
  }
}

export class Consumer {
  url = ""; // our own origin
  providers = [];
  pending = new Map(); // authorization requests by state
  documents = new Map();

  // Our site

  async serve(request, response) {
    const url = new URL(request.url, this.url);
    const [, page, number] = url.pathname.split("/");
    if (page === "connect") return this.connect(this.providers[number], response);
    if (page === "callback") return this.callback(request, number, url.searchParams, response);
    const found = this.documents.get(url.pathname);
    response.writeHead(found ? 200 : 404, JSON_BODY).end(found);
  }

  async connect(provider, response) {
    const client = await this.register(provider);
    if (!client) return response.writeHead(502).end("This Backpack cannot be connected.");
    const [state, verifier] = [randomBytes(16).toString("hex"), randomBytes(32).toString("base64url")];
    this.pending.set(state, { provider, verifier });
    const ask = new URL(provider.api.authorizationUrl);
    for (const [name, value] of Object.entries(this.authorization(client, provider, state, verifier))) {
      ask.searchParams.set(name, value);
    }
    response.writeHead(302, { Location: ask.href, "Set-Cookie": `state=${state}; HttpOnly` }).end();
  }

  authorization(client, provider, state, verifier) {
    return {
      response_type: "code",
      client_id: client.client_id,
      redirect_uri: this.redirectUri(provider),
      scope: this.scope(client),
      state,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    };
  }

  // Each Backpack sends the earner back to an address of its own.
  redirectUri(provider) {
    return `${this.url}/callback/${provider.number}`;
  }

  // What we need, as far as it was registered.
  scope(client) {
    const registered = client.scope.split(" ");
    return SCOPES.filter((scope) => registered.includes(scope)).join(" ");
  }

  async callback(request, number, told, response) {
    const state = told.get("state");
    const pending = this.pending.get(state);
    this.pending.delete(state);
    const cookie = /(?:^|; )state=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
    if (!pending || cookie !== state || String(pending.provider.number) !== number) {
      return response.writeHead(403).end("Please connect your Backpack again.");
    }
    if (told.has("error")) return response.end("Your Backpack was not connected.");
    await this.exchange(pending, told.get("code"));
    response.end("Your Backpack is connected.");
  }

  // Requests

  // One request; throws without a response.
  async ask(method, url, headers, body) {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(url, { method, headers, body, redirect: "manual", signal });
    const text = await answer.text();
    let members = null;
    try {
      members = JSON.parse(text);
    } catch {
      // a page of a proxy
    }
    return { status: answer.status, headers: answer.headers, members: members ?? {} };
  }

  // Retry until there is a final response; null after the last try.
  async patiently(method, url, headers, body) {
    for (let n = 0, wait = FIRST_WAIT; n < TRIES; n += 1, wait *= 2) {
      let answer;
      try {
        answer = await this.ask(method, url, headers, body);
      } catch {
        await sleep(wait);
        continue;
      }
      if (answer.status !== 429 && answer.status < 500) return answer;
      await sleep(this.retryAfter(answer, wait));
    }
    return null;
  }

  retryAfter(answer, usual) {
    const said = answer.headers.get("Retry-After") ?? "";
    if (/^\d+$/.test(said)) return Number(said) * 1000;
    const until = Date.parse(said);
    return Number.isNaN(until) ? usual : Math.max(until - Date.now(), 0) + usual;
  }

  // Manifest and registration

  // The API of a Backpack, from its manifest; asked for again when its time is over.
  async find(provider) {
    if (!provider.api || Date.now() >= provider.freshUntil) {
      const answer = await this.patiently("GET", provider.manifest, { Accept: "application/json" });
      const listed = answer?.status === 200 ? answer.members.badgeConnectAPI : [];
      provider.api = this.chosen(Array.isArray(listed) ? listed : []) ?? null;
      const age = /max-age=(\d+)/.exec(answer?.headers.get("Cache-Control") ?? "")?.[1] ?? 0;
      provider.freshUntil = Date.now() + Number(age) * 1000;
    }
    return provider.api;
  }

  chosen(listed) {
    return listed.find((entry) => entry.version === "v2p1");
  }

  metadata(provider) {
    return {
      client_name: "Analytical Society",
      client_uri: `${this.url}/`,
      logo_uri: `${this.url}/logo`,
      tos_uri: `${this.url}/terms`,
      policy_uri: `${this.url}/privacy`,
      software_id: "example-consumer",
      software_version: "1",
      redirect_uris: [this.redirectUri(provider)],
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      scope: SCOPES.join(" "),
    };
  }

  // Our registration, which is made when there is none, or when its secret has expired.
  async register(provider) {
    const api = await this.find(provider);
    if (!api) return null;
    const expires = (provider.client?.client_secret_expires_at ?? 0) * 1000;
    if (!provider.client || (expires > 0 && expires <= Date.now())) {
      const body = JSON.stringify(this.metadata(provider));
      const answer = await this.patiently("POST", api.registrationUrl, JSON_BODY, body);
      provider.client = answer?.status === 201 ? answer.members : null;
    }
    return provider.client;
  }

  // Tokens

  async exchange({ provider, verifier }, code) {
    const scope = this.scope(provider.client);
    const answer = await this.trade(provider, {
      grant_type: "authorization_code",
      code,
      redirect_uri: this.redirectUri(provider),
      scope,
      code_verifier: verifier,
    });
    if (answer?.status === 200) this.keep(provider, answer.members, scope);
  }

  // Ask the token endpoint; when our secret has expired, our registration is gone.
  async trade(provider, form) {
    const answer = await this.asClient(provider, provider.api.tokenUrl, form);
    if (answer?.members.error === "invalid_client") {
      Object.assign(provider, { client: null, tokens: null, mustAskAgain: true });
    }
    return answer;
  }

  // Id and secret are form-encoded first (RFC 6749, section 2.3.1).
  asClient(provider, url, form) {
    const { client_id, client_secret } = provider.client;
    const pair = [client_id, client_secret].map((text) => new URLSearchParams([[text, ""]]).toString().slice(0, -1));
    const basic = Buffer.from(pair.join(":")).toString("base64");
    const headers = { ...FORM, Authorization: `Basic ${basic}` };
    return this.patiently("POST", url, headers, new URLSearchParams(form).toString());
  }

  // Store tokens; what an answer does not say stays as it was.
  keep(provider, told, asked) {
    provider.tokens = {
      access: told.access_token,
      refresh: told.refresh_token ?? provider.tokens?.refresh,
      scope: told.scope ?? provider.tokens?.scope ?? asked,
    };
  }

  async renew(provider) {
    const { refresh, scope } = provider.tokens;
    if (!refresh) {
      Object.assign(provider, { tokens: null, mustAskAgain: true });
      return false;
    }
    const answer = await this.trade(provider, { grant_type: "refresh_token", refresh_token: refresh });
    if (answer?.status !== 200) {
      provider.tokens = null; // the earner has to connect again
      return false;
    }
    this.keep(provider, answer.members, scope);
    return true;
  }

  async disconnect(provider) {
    const url = (await this.find(provider))?.tokenRevocationUrl;
    if (!url || !provider.tokens) return;
    await this.asClient(provider, url, { token: provider.tokens.refresh ?? provider.tokens.access });
    provider.tokens = null;
  }

  // The API

  // A request below apiBase; the token is renewed once when it has expired.
  async call(provider, method, path, body) {
    for (let n = 0; ; n += 1) {
      const api = await this.find(provider);
      if (!api || !provider.tokens) return null;
      const headers = { Authorization: `Bearer ${provider.tokens.access}`, ...(body ? JSON_BODY : {}) };
      const url = path.startsWith("http") ? path : `${api.apiBase}${path}`;
      const answer = await this.patiently(method, url, headers, body);
      const isForbidden = answer?.members.status?.statusText === "PERMISSION_DENIED";
      if (answer?.status !== 401 || isForbidden || n > 0 || !(await this.renew(provider))) return answer;
    }
  }

  async push(provider, assertion) {
    if (!provider.tokens?.scope.split(" ").includes(CREATE)) return false;
    const answer = await this.call(provider, "POST", "/assertions", JSON.stringify({ assertion }));
    if (answer && !this.isDone(answer)) {
      const error = answer.members.status?.error; // a text, but some send an array
      console.log(`the Backpack does not take the badge: ${JSON.stringify(error)}`);
    }
    return answer !== null && this.isDone(answer);
  }

  isDone(answer) {
    return answer.status === 200 || answer.status === 201; // some Backpacks answer 201
  }

  // The earner's badges, from all pages; an array may be missing, or null.
  async read(provider) {
    const badges = [];
    let path = "/assertions?limit=50";
    while (path) {
      const answer = await this.call(provider, "GET", path);
      if (answer?.status !== 200) break;
      badges.push(...(answer.members.assertions ?? []), ...(answer.members.signedAssertions ?? []));
      path = /<([^>]+)>\s*;\s*rel="next"/.exec(answer.headers.get("Link") ?? "")?.[1];
    }
    return badges;
  }

  // Our badges

  host(path, type, members) {
    const document = { "@context": "https://w3id.org/openbadges/v2", id: this.url + path, type, ...members };
    this.documents.set(path, JSON.stringify(document));
    return document;
  }

  award(number) {
    const issuer = this.host("/issuer", "Issuer", { name: "Analytical Society", url: `${this.url}/` });
    const badge = this.host("/badge", "BadgeClass", {
      name: "Engineer",
      description: "Drew up a table of differences.",
      image: IMAGE,
      criteria: `${this.url}/criteria`,
      issuer: issuer.id,
    });
    return this.host(`/assertions/${number}`, "Assertion", {
      recipient: this.recipient(),
      badge: badge.id,
      verification: { type: "HostedBadge" },
      issuedOn: new Date().toISOString(),
    });
  }

  recipient() {
    const salt = randomBytes(8).toString("hex");
    const digest = createHash("sha256").update(process.env.BACKPACK_EARNER + salt).digest("hex");
    return { type: "email", hashed: true, salt, identity: `sha256$${digest}` };
  }
}

// The earner's browser: opens our page and follows all redirects with cookies.
async function earnerConnects(consumer, provider) {
  let url = `${consumer.url}/connect/${provider.number}`;
  let cookie = "";
  while (url) {
    const headers = url.startsWith(consumer.url) ? { cookie } : {};
    const answer = await fetch(url, { redirect: "manual", headers });
    cookie = answer.headers.get("Set-Cookie")?.split(";")[0] ?? cookie;
    url = answer.headers.get("Location");
  }
}

async function connected(consumer, manifest) {
  const provider = new Provider(consumer.providers.length, manifest);
  consumer.providers.push(provider);
  await earnerConnects(consumer, provider);
  return provider;
}

// Award and push the badges; connect again when our registration was lost meanwhile.
async function awardAll(consumer, provider) {
  const count = Number(process.env.BACKPACK_AWARDS ?? 1);
  let kept = 0;
  for (let number = 1; number <= count; number += 1) {
    const assertion = consumer.award(number);
    for (let n = 0; n < 2; n += 1) {
      if (provider.mustAskAgain) {
        provider.mustAskAgain = false;
        await earnerConnects(consumer, provider);
      }
      if (await consumer.push(provider, assertion)) kept += 1;
      if (!provider.mustAskAgain) break;
    }
  }
  console.log(`${kept} of ${count} badges are in the Backpack`);
}

export async function main(consumer) {
  const server = createServer((request, response) => consumer.serve(request, response));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  consumer.url = `http://127.0.0.1:${server.address().port}`;
  const provider = await connected(consumer, process.env.BACKPACK_MANIFEST);
  const other = process.env.BACKPACK_OTHER_URL;
  if (other) await connected(consumer, `${other}/.well-known/badgeconnect.json`);
  if (process.env.BACKPACK_READ) console.log(`${(await consumer.read(provider)).length} badges are in the Backpack`);
  await awardAll(consumer, provider);
  if (process.env.BACKPACK_DISCONNECT) await consumer.disconnect(provider);
  server.close();
  server.closeAllConnections();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(new Consumer());
