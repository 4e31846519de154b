// A badge issuer in Node 20, without dependencies.
//
// It asks an earner for access, hosts its badges, pushes them, refreshes its tokens, and handles a
// Backpack that is slow, overloaded or unreachable. `backpack-conformance issuer` runs it once for
// each situation, with the URLs in environment variables. It awards the badges and exits.

import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const DONE = [200, 201, 304, 409]; // the badge is in the Backpack: accepted now, or earlier
const TRIES = 5;
const PATIENCE = Number(process.env.ISSUER_PATIENCE ?? 10) * 1000; // response timeout
const FIRST_WAIT = 200;
const IMAGE = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E";

export class Issuer {
  url = ""; // our own origin
  grant = null; // the grant of the earner
  documents = new Map();
  refreshing = null; // a refresh in progress

  // Our site

  serve(request, response) {
    const url = new URL(request.url, this.url);
    if (url.pathname === "/connect") return this.connect(response);
    if (url.pathname === "/callback") return this.callback(request, url.searchParams, response);
    return this.document(request, url.pathname, response);
  }

  connect(response) {
    const state = randomBytes(16).toString("hex");
    const ask = new URL(process.env.BACKPACK_ACCESS_URL);
    ask.searchParams.set("callback", `${this.url}/callback?state=${state}`);
    ask.searchParams.set("scope", "issue");
    response.writeHead(302, { Location: ask.href, "Set-Cookie": `state=${state}; HttpOnly` });
    response.end();
  }

  callback(request, told, response) {
    const state = /(?:^|; )state=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
    if (!state || !isSame(state, told.get("state") ?? "")) {
      response.writeHead(403).end("Please connect your Backpack again.");
    } else if (told.has("error")) {
      response.end("Your Backpack was not connected.");
    } else {
      this.keep(this.grantOf(told));
      response.end("Your Backpack is connected.");
    }
  }

  grantOf(told) {
    const [access, refresh, root] = ["access_token", "refresh_token", "api_root"].map((name) => told.get(name));
    return { access, refresh, root };
  }

  document(request, path, response) {
    const found = this.documents.get(path);
    response.writeHead(found ? 200 : 404, { "Content-Type": "application/json" });
    response.end(request.method === "HEAD" ? undefined : found);
  }

  // Our badges

  write(path, document) {
    this.documents.set(path, JSON.stringify(document));
    return this.url + path;
  }

  award(number, identity) {
    const issuer = this.write("/issuer", { name: "Analytical Society", url: this.url });
    const badge = this.write("/badge", {
      name: "Engineer",
      description: "Drew up a table of differences.",
      image: IMAGE,
      criteria: `${this.url}/criteria`,
      issuer,
    });
    const path = `/assertions/${number}`;
    return this.write(path, {
      uid: String(number),
      recipient: this.recipient(identity),
      badge,
      verify: { type: "hosted", url: this.url + path },
      issuedOn: Math.floor(Date.now() / 1000),
    });
  }

  recipient({ recipient, salt, type }) {
    return { identity: recipient, salt, type, hashed: true }; // unchanged from the Backpack
  }

  // The API

  // One request below api_root; throws without a response.
  async ask(method, endpoint, said, token) {
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${Buffer.from(token).toString("base64")}`;
    const answer = await fetch(`${this.grant.root}/${endpoint}`, {
      method,
      headers,
      body: said && JSON.stringify(said),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  // Retry until there is a final response; null after the last try.
  async patiently(method, endpoint, said) {
    for (let n = 0, wait = FIRST_WAIT; n < TRIES && this.grant; n += 1, wait *= 2) {
      const token = this.grant.access;
      let answer;
      try {
        answer = await this.ask(method, endpoint, said, token);
      } catch {
        await sleep(wait);
        continue;
      }
      if (answer.status === 401) {
        if (!(await this.renew(token))) return null;
      } else if (answer.status === 429 || answer.status >= 500) {
        await sleep(this.retryAfter(answer, wait));
      } else {
        return answer;
      }
    }
    return null;
  }

  retryAfter(answer, usual) {
    const said = answer.headers.get("Retry-After") ?? "";
    if (/^\d+$/.test(said)) return Number(said) * 1000;
    const until = Date.parse(said);
    return Number.isNaN(until) ? usual : Math.max(until - Date.now(), 0) + usual;
  }

  async push(assertion) {
    const answer = await this.patiently("POST", "issue", { badge: assertion });
    return answer !== null && DONE.includes(answer.status);
  }

  async identity() {
    const answer = await this.patiently("GET", "identity");
    return answer?.status === 200 ? JSON.parse(answer.text) : null;
  }

  // Refresh once for all workers with the expired token.
  async renew(old) {
    if (!this.grant || this.grant.access !== old) return this.grant !== null;
    this.refreshing ??= this.refresh().finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  async refresh() {
    const { refresh, root } = this.grant;
    const answer = await this.refreshed(refresh);
    if (!answer) {
      this.grant = null; // the earner has to connect again
      return false;
    }
    const told = JSON.parse(answer.text);
    this.keep({ access: told.access_token, refresh: told.refresh_token, root });
    return true;
  }

  async refreshed(token) {
    let lost = 0;
    for (let n = 0; n < TRIES; n += 1) {
      let answer;
      try {
        answer = await this.ask("POST", "token", { grant_type: "refresh_token", refresh_token: token });
      } catch {
        lost += 1;
        if (lost > 1) return null;
        continue;
      }
      if (answer.status === 200) return answer;
      if (answer.status !== 429 && answer.status < 500) return null;
      await sleep(this.retryAfter(answer, FIRST_WAIT));
    }
    return null;
  }

  keep(grant) {
    this.grant = grant;
  }
}

function isSame(one, other) {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

// The earner's browser: opens our page and follows all redirects with cookies.
async function earnerConnects(issuer) {
  let url = `${issuer.url}/connect`;
  let cookie = "";
  while (url) {
    const answer = await fetch(url, { redirect: "manual", headers: url.startsWith(issuer.url) ? { cookie } : {} });
    cookie = answer.headers.get("Set-Cookie")?.split(";")[0] ?? cookie;
    url = answer.headers.get("Location");
  }
}

export async function main(issuer) {
  const server = createServer((request, response) => issuer.serve(request, response));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  issuer.url = `http://127.0.0.1:${server.address().port}`;
  await earnerConnects(issuer);
  const identity = await issuer.identity();
  if (identity) {
    const count = Number(process.env.BACKPACK_AWARDS ?? 1);
    const badges = Array.from({ length: count }, (_, n) => issuer.award(n + 1, identity));
    const kept = process.env.BACKPACK_AT_ONCE ? await Promise.all(badges.map((one) => issuer.push(one))) : [];
    if (!process.env.BACKPACK_AT_ONCE) for (const one of badges) kept.push(await issuer.push(one));
    console.log(`${kept.filter(Boolean).length} of ${count} badges are in the Backpack`);
  } else {
    console.log("no Backpack is connected");
  }
  server.close();
  server.closeAllConnections();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(new Issuer());
