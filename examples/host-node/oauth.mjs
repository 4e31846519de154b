// What Open Badges 3.0 asks of OAuth beyond 2.1: a scope at registration and on the redirect.

import { OAuth } from "../provider-node/oauth.mjs";
import { Pages } from "../provider-node/pages.mjs";
import { Refusal, html, jsonObject, redirect, withQuery } from "../provider-node/replies.mjs";
import { Store, random } from "../provider-node/store.mjs";

export const SCOPE = "https://purl.imsglobal.org/spec/ob/v3p0/scope/";
export const SCOPES = ["credential.readonly", "credential.upsert", "profile.readonly"].map((name) => SCOPE + name);
const NEEDED = ["token_endpoint_auth_method", "grant_types", "response_types", "scope"];

export class HostStore extends Store {
  // Every grant can be renewed; the refresh token stays the same.
  addGrant(earner, client, scopes, code) {
    const grant = super.addGrant(earner, client, scopes, code);
    return Object.assign(grant, { refresh: random() });
  }

  // A credential takes the place of an older one with the same key.
  put(earner, key, kept) {
    const known = earner.badges.findIndex((one) => one.key === key);
    if (known < 0) earner.badges.push({ key, ...kept });
    else if (earner.badges[known].begins < kept.begins) earner.badges[known] = { key, ...kept };
    return known < 0 ? 201 : 200;
  }
}

export class HostOAuth extends OAuth {
  register(request) {
    const sent = jsonObject(request) ?? {};
    for (const name of NEEDED) {
      if (sent[name] === undefined) throw new Refusal(400, `${name}: expected it`, "invalid_client_metadata");
    }
    return super.register(request);
  }
}

export class HostPages extends Pages {
  answer(request) {
    const { session, form } = this.submitted(request);
    if (!session.earner) throw new Refusal(403, html("Log in first", ""));
    const read = this.read(request);
    if (!read.client) return read;
    const { client, asked } = read;
    if (form.answer !== "allow") return redirect(withQuery(asked.redirect_uri, { error: "access_denied", state: asked.state }));
    const scope = this.store.wrong === "no-scope" ? {} : { scope: asked.scope };
    return redirect(withQuery(asked.redirect_uri, { code: this.store.addCode(session.earner, client, asked), ...scope, state: asked.state }));
  }
}
