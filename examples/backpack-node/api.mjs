// The API for issuers: issue, token, identity.

import { createHash } from "node:crypto";

import { json, Refusal } from "./answers.mjs";
import { belongsTo, judged } from "./badges.mjs";

const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Methods": "GET, POST",
  "Access-Control-Allow-Headers": "Content-Type, Authorization",
  "Access-Control-Expose-Headers": "WWW-Authenticate",
};

// Only a page of the issuer that holds the grant may read the response.
const readableBy = (grant) => ({ "Access-Control-Allow-Origin": grant.origin, "Access-Control-Expose-Headers": "WWW-Authenticate" });

export const preflight = () => ({ status: 204, headers: CORS });

export async function issue(asked) {
  const grant = bearer(asked, "issue");
  const pushed = parameters(asked).badge;
  if (pushed === undefined || pushed === null || pushed === "") {
    throw new Refusal(400, "must provide either url or signature");
  }
  const badge = await judged(pushed, asked.backpack.fetcher);
  if (!belongsTo(badge.recipient, grant.earner.email)) {
    throw new Refusal(403, "badge assertion is for a different user");
  }
  if (badge.origin !== grant.origin) {
    throw new Refusal(400, "issuer origin must be identical to bearer token origin");
  }
  if (badge.sources.some((url) => new URL(url).origin !== grant.origin)) {
    throw new Refusal(400, "assertion, verify.url and key must lie at the issuer's origin");
  }
  const isNew = asked.backpack.store.add(grant, badge);
  return isNew ? json(201, { exists: false, badge: badge.body }, readableBy(grant)) : { status: 304, headers: readableBy(grant) };
}

export function token(asked) {
  const wanted = parameters(asked);
  if (wanted.grant_type !== "refresh_token") throw new Refusal(400, "invalid grant_type");
  if (typeof wanted.refresh_token !== "string") throw new Refusal(400, "invalid refresh_token");
  const { store } = asked.backpack;
  const grant = store.refresh(wanted.refresh_token, asked.request.headers.origin);
  const pair = { access_token: grant.access, refresh_token: grant.refresh };
  return json(200, { expires: store.expires, ...pair }, readableBy(grant));
}

export function identity(asked) {
  const grant = bearer(asked, "issue");
  const { email, salt } = grant.earner;
  const recipient = `sha256$${createHash("sha256").update(email + salt).digest("hex")}`;
  return json(200, { recipient, salt, type: "email" }, readableBy(grant));
}

// The grant of the Authorization header: the base64 of a valid access token.
function bearer({ backpack, request }, scope) {
  const given = request.headersDistinct.authorization ?? [];
  const [, encoded] = /^bearer +(\S+)$/i.exec(given[0] ?? "") ?? [];
  if (!encoded || given.length > 1) throw unauthorized("access token expected");
  const token = Buffer.from(encoded, "base64");
  const grant = token.toString("base64") === encoded ? backpack.store.find("access", token.toString()) : null;
  if (!grant) throw unauthorized("invalid_token: Unknown access token", "invalid_token");
  if (backpack.store.now() >= grant.ends) throw unauthorized("invalid_token: The access token expired", "invalid_token");
  if (!grant.scopes.includes(scope)) throw unauthorized("insufficient_scope: this was not granted", "insufficient_scope");
  return grant;
}

function unauthorized(message, error) {
  const code = error ? `, error="${error}"` : "";
  return new Refusal(401, message, { "WWW-Authenticate": `Bearer realm="openbadges"${code}` });
}

function parameters({ request, body }) {
  const [, type, charset = "utf-8"] = /^([^;]*)(?:;\s*charset="?([\w-]+)"?)?\s*$/i.exec(request.headers["content-type"] ?? "") ?? [];
  if (type?.trim().toLowerCase() !== "application/json" || charset.toLowerCase() !== "utf-8") {
    throw new Refusal(415, "expected application/json in UTF-8");
  }
  return object(body);
}

function object(body) {
  let found;
  try {
    found = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new Refusal(400, "expected JSON in UTF-8, and a querystring is none");
  }
  if (found === null || typeof found !== "object" || Array.isArray(found)) throw new Refusal(400, "expected a JSON object");
  return found;
}
