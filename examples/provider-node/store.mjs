// What the provider keeps: earners with their badges, sessions, clients, codes and grants.

import { randomBytes } from "node:crypto";

export const EXPIRES = 3600;
const CODE_SECONDS = 300;
export const random = () => randomBytes(24).toString("base64url");
export const now = () => Date.now() / 1000;

export class Store {
  constructor(wrong) {
    Object.assign(this, { wrong, earners: new Map(), sessions: new Map(), clients: new Map(), codes: new Map(), grants: [] });
  }

  earner(email) {
    if (!this.earners.has(email)) this.earners.set(email, { email, id: random(), badges: [] });
    return this.earners.get(email);
  }

  addCode(earner, client, asked) {
    const code = random();
    this.codes.set(code, { earner, client, redirectUri: asked.redirect_uri, scopes: asked.scope.split(" "), challenge: asked.code_challenge, ends: now() + CODE_SECONDS });
    return code;
  }

  // Tokens for a permission; of each grant one pair is alive.
  addGrant(earner, client, scopes, code) {
    const grant = { earner, client, scopes, code, refresh: scopes.includes("offline_access") ? random() : undefined };
    this.grants.push(grant);
    return this.renew(grant, scopes);
  }

  renew(grant, scopes) {
    return Object.assign(grant, { access: random(), accessScopes: scopes, ends: now() + EXPIRES });
  }

  end(...grants) {
    this.grants = this.grants.filter((grant) => !grants.includes(grant));
  }

  keep(earner, id, badge) {
    if (this.wrong !== "no-duplicates-check") earner.badges = earner.badges.filter((kept) => kept.id !== id);
    earner.badges.unshift({ id, badge, at: now() });
  }
}
