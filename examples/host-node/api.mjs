// The API: credentials and profile of the earner who gave the token.

import { Refusal } from "../provider-node/replies.mjs";
import { now } from "../provider-node/store.mjs";
import { Invalid, Verifier, beginOf, issuerOf } from "./credentials.mjs";
import { SCOPE } from "./oauth.mjs";

const JSON_TYPES = ["application/json", "application/vc+ld+json", "application/ld+json"];
const CODES = { 400: "invalid_data", 401: "unauthorizedrequest", 403: "forbidden", 404: "not_found", 405: "not_allowed", 422: "invalid_data", 500: "internal_server_error" };
const MOST = 50;

// An error, in the words of 1EdTech's services.
export function statusInfo(status, why, wrong) {
  if (wrong === "own-errors") return { error: why };
  const field = { imsx_codeMinorFieldName: "host", imsx_codeMinorFieldValue: CODES[status] };
  return {
    imsx_codeMajor: "failure", imsx_severity: "error", imsx_description: why,
    ...(CODES[status] && { imsx_codeMinor: { imsx_codeMinorField: [field] } }),
  };
}

export class Api {
  constructor(store, root, base) {
    Object.assign(this, { store, root, base, verifier: new Verifier(store.wrong) });
  }

  earner(request, scope) {
    const [scheme, token] = (request.headers.authorization ?? "").split(/ +/);
    const no = (status, why, challenge) => new Refusal(status, why, "", { "WWW-Authenticate": challenge });
    if (scheme.toLowerCase() !== "bearer" || !token) throw no(401, "expected an access token", "Bearer");
    const grant = this.store.grants.find((one) => one.access === token);
    if (!grant || grant.ends <= now()) throw no(401, "the access token does not work", 'Bearer error="invalid_token"');
    if (!grant.accessScopes.includes(SCOPE + scope)) throw no(403, `the scope ${scope} is missing`, 'Bearer error="insufficient_scope"');
    return grant.earner;
  }

  profile(request) {
    const { email, id } = this.earner(request, "profile.readonly");
    return { status: 200, body: { id: `${this.root}/profiles/${id}`, type: ["Profile"], name: email, email } };
  }

  async push(request) {
    const earner = this.earner(request, "credential.upsert");
    const kind = (request.headers["content-type"] ?? "").split(";")[0].trim().toLowerCase();
    if (kind !== "text/plain" && !JSON_TYPES.includes(kind)) throw new Refusal(400, "expected JSON, or a compact JWS as text/plain");
    const sent = kind === "text/plain" ? request.body : parsed(request.body);
    const credential = await this.verified(sent);
    if (!this.verifier.isFor(credential, earner.email)) throw new Refusal(422, "the credential is for somebody else");
    const status = this.store.put(earner, keyOf(credential), { badge: sent, begins: beginOf(credential) });
    return { status, body: sent, headers: { "Content-Type": kind } };
  }

  async verified(sent) {
    try {
      return await (typeof sent === "string" ? this.verifier.signed(sent) : this.verifier.proved(sent));
    } catch (error) {
      // keys that cannot be read are errors of node:crypto
      if (error instanceof Invalid || error.code?.startsWith("ERR_")) throw new Refusal(422, `not valid: ${error.message}`);
      throw error;
    }
  }

  list(request) {
    const earner = this.earner(request, "credential.readonly");
    const limit = Math.min(number(request.query, "limit", 1, MOST), MOST);
    const offset = number(request.query, "offset", 0, 0);
    const since = request.query.get("since")?.replace(" ", "+");
    const after = since ? Date.parse(since) : -Infinity;
    if (Number.isNaN(after) || (since && !/(Z|[+-]\d\d:\d\d)$/.test(since))) throw unreadable("since: expected a time with a zone");
    const all = earner.badges.filter((kept) => kept.begins >= after);
    const shown = all.slice(offset, offset + limit).map((kept) => kept.badge);
    const headers = { "X-Total-Count": String(all.length) };
    if (offset || all.length > limit) headers.Link = this.links(limit, offset, all.length, since);
    const jws = this.store.wrong === "plural" ? "compactJwsStrings" : "compactJwsString";
    const body = { credential: shown.filter((badge) => typeof badge !== "string"), [jws]: shown.filter((badge) => typeof badge === "string") };
    return { status: 200, body, headers };
  }

  links(limit, offset, total, since) {
    const places = { first: 0, last: Math.floor(Math.max(total - 1, 0) / limit) * limit };
    if (offset + limit < total) places.next = offset + limit;
    if (offset) places.prev = Math.max(offset - limit, 0);
    const query = (at) => new URLSearchParams({ limit, offset: at, ...(since && { since }) });
    return Object.entries(places).map(([name, at]) => `<${this.root}${this.base}/credentials?${query(at)}>; rel="${name}"`).join(", ");
  }
}

// Two credentials are the same when issuer and id are, after decoding and trimming.
function keyOf(credential) {
  const plain = (text) => {
    try {
      return decodeURIComponent(text).trim();
    } catch {
      return text.trim();
    }
  };
  return `${plain(issuerOf(credential))} ${plain(credential.id)}`;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "expected JSON");
  }
}

const unreadable = (why) => new Refusal(400, why);

function number(query, name, least, usual) {
  const text = query.get(name) ?? String(usual);
  if (!/^\d{1,9}$/.test(text) || Number(text) < least) throw unreadable(`${name}: expected a whole number from ${least}`);
  return Number(text);
}
