// The API: assertions and profile, each answer with its status.

import { Invalid, hosted, isFor, signed } from "./badges.mjs";
import { Refusal, jsonObject } from "./replies.mjs";
import { now } from "./store.mjs";

const SCOPE = "https://purl.imsglobal.org/spec/ob/v2p1/scope/";
const MOST = 50;
const bad = (message, text = "REQUEST_VALIDATION_ERROR") => new Refusal(400, message, text);

export class Api {
  constructor(store, root, base) {
    Object.assign(this, { store, root, base });
  }

  good(members, headers = {}) {
    const status = { error: null, statusCode: 200, statusText: "OK" };
    return { status: 200, headers, body: this.store.wrong === "no-envelope" ? members : { status, ...members } };
  }

  earner(request, scope) {
    const [scheme, token] = (request.headers.authorization ?? "").split(/ +/);
    const refuse = (message, text = "UNAUTHENTICATED") => new Refusal(401, message, text, { "WWW-Authenticate": "Bearer" });
    if (scheme.toLowerCase() !== "bearer") throw refuse("expected an access token");
    const grant = this.store.grants.find((one) => one.access === token);
    if (!grant || grant.ends <= now()) throw refuse("the access token does not work");
    if (!grant.accessScopes.includes(SCOPE + scope)) throw refuse(`the scope ${scope} is missing`, "PERMISSION_DENIED");
    return grant.earner;
  }

  profile(request) {
    const { email, id } = this.earner(request, "profile.readonly");
    return this.good({ profile: { "@context": "https://w3id.org/openbadges/v2", id: `${this.root}/profiles/${id}`, type: "Profile", name: email, email } });
  }

  list(request) {
    const earner = this.earner(request, "assertion.readonly");
    const limit = Math.min(number(request.query, "limit", 1, MOST), MOST);
    const offset = number(request.query, "offset", 0, 0);
    const since = request.query.get("since")?.replace(" ", "+");
    const after = since ? Date.parse(since) / 1000 : 0;
    if (Number.isNaN(after) || (since && !/(Z|[+-]\d\d:?\d\d)$/.test(since))) throw bad("since: expected a time with a zone");
    const all = earner.badges.filter((kept) => kept.at > after);
    const shown = (this.store.wrong === "all-pages" ? all : all.slice(offset, offset + limit)).map((kept) => kept.badge);
    const headers = { "X-Total-Count": String(all.length) };
    if (offset || all.length > limit) headers.Link = this.links(limit, offset, all.length, since);
    const [assertions, signedAssertions] = [shown.filter((badge) => typeof badge !== "string"), shown.filter((badge) => typeof badge === "string")];
    return this.good({ assertions, signedAssertions }, headers);
  }

  links(limit, offset, total, since) {
    const places = { first: 0, last: Math.floor(Math.max(total - 1, 0) / limit) * limit };
    if (offset + limit < total) places.next = offset + limit;
    if (offset) places.prev = Math.max(offset - limit, 0);
    const query = (at) => new URLSearchParams({ limit, offset: at, ...(since && { since }) });
    return Object.entries(places).map(([name, at]) => `<${this.root}${this.base}/assertions?${query(at)}>; rel="${name}"`).join(", ");
  }

  async push(request) {
    const earner = this.earner(request, "assertion.create");
    const body = jsonObject(request);
    const jws = body?.signedAssertion ?? undefined;
    const posted = body?.assertion ?? undefined;
    const isObject = posted && typeof posted === "object" && !Array.isArray(posted);
    if (jws === undefined ? !isObject : typeof jws !== "string") throw bad("expected assertion or signedAssertion");
    const assertion = await (jws === undefined ? hosted(posted) : signed(jws)).catch((error) => {
      throw error instanceof Invalid ? bad(error.message, "INVALID_BADGE") : error;
    });
    if (!isFor(assertion.recipient, earner.email)) throw bad("the badge is for somebody else", "RECIPIENT_PROFILE_MISMATCH");
    this.store.keep(earner, assertion.id, jws ?? (this.store.wrong === "trusts-the-copy" ? posted : assertion));
    return this.good({});
  }
}

function number(query, name, least, usual) {
  const text = query.get(name) ?? String(usual);
  if (!/^\d{1,9}$/.test(text) || Number(text) < least) throw bad(`${name}: expected a whole number from ${least}`);
  return Number(text);
}
