// Earners, sessions, grants and badges, in memory.

import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";

import { Refusal } from "./answers.mjs";

const secret = () => randomBytes(32).toString("base64url");

export class Store {
  offset = 0; // seconds by which a test has advanced the clock

  constructor(expires) {
    this.expires = expires; // lifetime of an access token in seconds
    this.forget();
  }

  forget() {
    this.earners = new Map(); // by e-mail
    this.sessions = new Map(); // by cookie
    this.grants = new Set();
    this.spent = new Map(); // from a used refresh token to its grant
  }

  now() {
    return Date.now() / 1000 + this.offset;
  }

  // Earners

  // A new e-mail address creates an account, a known one needs its password.
  login(email, password) {
    const earner = this.earners.get(email) ?? this.register(email, password);
    if (!timingSafeEqual(earner.hash, hashed(password, earner.salt))) return null;
    const session = { id: secret(), csrf: secret(), earner };
    this.sessions.set(session.id, session);
    return session;
  }

  register(email, password) {
    const salt = randomBytes(16).toString("hex");
    const earner = { email, salt, hash: hashed(password, salt), badges: new Map() };
    this.earners.set(email, earner);
    return earner;
  }

  // Grants

  grant(earner, origin, scopes) {
    const grant = this.renew({ earner, origin, scopes });
    this.grants.add(grant);
    return grant;
  }

  renew(grant) {
    return Object.assign(grant, { access: secret(), refresh: secret(), ends: this.now() + this.expires });
  }

  // A refresh token works once; if it is used again, it was probably stolen.
  refresh(token, origin) {
    const grant = this.find("refresh", token);
    if (!grant) {
      this.grants.delete(this.spent.get(token));
      throw new Refusal(400, "invalid refresh_token");
    }
    if (origin && origin !== grant.origin) throw new Refusal(403, "this refresh_token belongs to another site");
    this.spent.set(token, grant);
    return this.renew(grant);
  }

  find(kind, token) {
    return [...this.grants].find((one) => one[kind] === token);
  }

  revoke(earner, origin) {
    for (const one of this.grants) {
      if (one.earner === earner && one.origin === origin) this.grants.delete(one);
    }
  }

  // Badges

  add(grant, badge) {
    if (!this.grants.has(grant)) throw new Refusal(401, "the grant has ended in the meantime");
    if (grant.earner.badges.has(badge.key)) return false;
    grant.earner.badges.set(badge.key, badge);
    return true;
  }
}

function hashed(password, salt) {
  return scryptSync(password, salt, 32, { N: 1024 }); // a real Backpack uses a higher cost, and the asynchronous function
}
