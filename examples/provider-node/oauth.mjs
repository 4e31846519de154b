// Registration (RFC 7591), tokens (RFC 6749 and 7636) and their end (RFC 7009).

import { createHash, timingSafeEqual } from "node:crypto";

import { Refusal, fields, jsonObject } from "./replies.mjs";
import { EXPIRES, now, random } from "./store.mjs";

const TEXTS = ["client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri", "software_id", "software_version"];
const USE = { token_endpoint_auth_method: "client_secret_basic", grant_types: ["authorization_code", "refresh_token"], response_types: ["code"] };
const PARAMETERS = ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];
const isText = (value) => typeof value === "string" && value !== "";
const same = (one, other) => one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
const no = (message, error = "invalid_request", status = 400, headers = {}) => new Refusal(status, message, error, headers);

export class OAuth {
  constructor(store, scopes) {
    Object.assign(this, { store, scopes });
  }

  register(request) {
    const sent = jsonObject(request);
    const bad = (message) => no(message, "invalid_client_metadata");
    if (!sent) throw bad("expected a JSON object");
    for (const name of TEXTS) if (!isText(sent[name])) throw bad(`${name}: expected a text`);
    const uris = sent.redirect_uris;
    if (!Array.isArray(uris) || !uris.length) throw no("redirect_uris: expected URLs", "invalid_redirect_uri");
    const hosts = new Set([...TEXTS.filter((name) => name.endsWith("_uri")).map((name) => sent[name]), ...uris].map(hostOf));
    if (hosts.has(undefined) || hosts.size > 1) throw bad("expected https URLs of one host");
    for (const [name, only] of Object.entries(USE)) {
      const value = sent[name] ?? only;
      const isPart = Array.isArray(only) ? Array.isArray(value) && value.length && value.every((one) => only.includes(one)) : value === only;
      if (!isPart) throw bad(`${name}: expected ${only}`);
    }
    const scope = sent.scope ?? this.scopes.join(" ");
    if (!isText(scope)) throw bad("scope: expected a text");
    const offered = scope.split(" ").filter((name) => this.scopes.includes(name));
    const client = { ...USE, ...sent, scope: offered.join(" "), client_id: random(), client_secret: random(), client_id_issued_at: Math.floor(now()), client_secret_expires_at: 0 };
    this.store.clients.set(client.client_id, client);
    return { status: 201, body: client };
  }

  // The client and the parameters of an authorization request; an error that the client may be told has `redirectUri`.
  asked(parameters) {
    const several = (name) => parameters.getAll(name).length > 1;
    const asked = Object.fromEntries(PARAMETERS.map((name) => [name, parameters.get(name) ?? ""]));
    const client = this.store.clients.get(asked.client_id);
    if (!client) throw new Refusal(400, "This application is not known.");
    const isKnown = client.redirect_uris.includes(asked.redirect_uri) || (this.store.wrong === "any-redirect" && hostOf(asked.redirect_uri));
    if (!isKnown || several("redirect_uri") || several("client_id")) throw new Refusal(400, "The address to return to is not known.");
    const isProven = /^[\w-]{43}$/.test(asked.code_challenge) && asked.code_challenge_method === "S256";
    const isLax = this.store.wrong === "no-pkce" && !asked.code_challenge;
    let error;
    if (PARAMETERS.some(several)) error = "invalid_request";
    else if (asked.response_type !== "code") error = asked.response_type ? "unsupported_response_type" : "invalid_request";
    else if (!asked.state || !asked.scope.trim() || !(isProven || isLax)) error = "invalid_request";
    else if (!asked.scope.split(" ").every((name) => client.scope.split(" ").includes(name))) error = "invalid_scope";
    if (error) throw Object.assign(no("the request is wrong", error), { redirectUri: asked.redirect_uri, state: asked.state });
    return { client, asked };
  }

  client(request) {
    const [scheme, value] = (request.headers.authorization ?? "").split(" ");
    const pair = scheme.toLowerCase() === "basic" ? Buffer.from(value ?? "", "base64").toString().split(/:(.*)/s) : [];
    const [id, secret] = pair.slice(0, 2).map(decoded);
    const client = this.store.clients.get(id);
    if (!client || !secret || !same(client.client_secret, secret)) {
      throw no("expected id and secret of a client", "invalid_client", 401, { "WWW-Authenticate": 'Basic realm="provider"' });
    }
    return client;
  }

  token(request) {
    const client = this.client(request);
    const form = fields(request);
    if (form.grant_type === "authorization_code") return this.tokens(this.exchanged(client, form));
    if (form.grant_type === "refresh_token") return this.tokens(this.refreshed(client, form));
    throw form.grant_type ? no("expected a code or a refresh token", "unsupported_grant_type") : no("expected grant_type");
  }

  exchanged(client, form) {
    const code = this.store.codes.get(form.code);
    if (!code || code.client !== client) throw no("the code is not known", "invalid_grant");
    if (code.used && this.store.wrong !== "codes-work-twice") {
      this.store.end(...this.store.grants.filter((grant) => grant.code === code));
      throw no("the code was used", "invalid_grant");
    }
    if (code.ends < now()) throw no("the code has expired", "invalid_grant");
    if (code.redirectUri !== form.redirect_uri) throw no("another redirect_uri", "invalid_grant");
    const made = createHash("sha256").update(form.code_verifier ?? "").digest("base64url");
    if (code.challenge && made !== code.challenge) throw no("another code_verifier", "invalid_grant");
    code.used = true;
    return this.store.addGrant(code.earner, client, code.scopes, code);
  }

  refreshed(client, form) {
    const grant = this.store.grants.find((one) => one.refresh && one.refresh === form.refresh_token && one.client === client);
    if (!grant) throw no("the refresh token is not known", "invalid_grant");
    const scopes = form.scope ? form.scope.split(" ") : grant.scopes;
    if (!scopes.every((name) => grant.scopes.includes(name))) throw no("more than was granted", "invalid_scope");
    return this.store.renew(grant, scopes);
  }

  tokens(grant) {
    const body = { access_token: grant.access, token_type: "Bearer", expires_in: EXPIRES, scope: grant.accessScopes.join(" ") };
    return { status: 200, body: grant.refresh ? { ...body, refresh_token: grant.refresh } : body };
  }

  revoke(request) {
    const client = this.client(request);
    const { token } = fields(request);
    if (!token) throw no("expected token");
    const grant = this.store.grants.find((one) => one.client === client && [one.refresh, one.access].includes(token));
    if (grant) this.store.end(grant);
    return { status: 200, body: {} };
  }
}

// The host of a URL that may be registered; http is allowed on this machine.
function hostOf(text) {
  if (typeof text !== "string" || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isHere = url.protocol === "http:" && ["127.0.0.1", "localhost"].includes(url.hostname);
  return (url.protocol === "https:" || isHere) && !url.hash ? url.hostname : undefined;
}

function decoded(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
