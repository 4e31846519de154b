// Validate a pushed badge: hosted 0.5, 1.0 and 1.1, or signed with RS256.

import { createHash, createPublicKey, verify } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

import { Refusal } from "./answers.mjs";
import { isImage } from "./images.mjs";
import { ASSERTION, BADGE_CLASS, fit, FLAT, HASHED, isWeb, ISSUER } from "./members.mjs";

const JWS = /^[\w-]+\.[\w-]+\.[\w-]*$/;

// A badge: its body, its recipient, its issuer's origin, the URLs that host it, and its key for duplicates.
export async function judged(pushed, fetcher) {
  const get = fetcher.visit();
  if (isWeb(pushed)) return hosted(pushed, get);
  if (typeof pushed === "string" && JWS.test(pushed)) return signed(pushed, get);
  throw new Refusal(400, "badge is neither an http(s) URL nor a signature (compact JWS)");
}

async function hosted(url, get) {
  const assertion = await document(url, get);
  if (isObject(assertion.badge)) return flat(url, assertion, get);
  const badge = await linked(assertion, "hosted", get);
  const claimed = assertion.verify.url;
  if (claimed !== url && !isDeepStrictEqual(await document(claimed, get), assertion)) {
    throw new Refusal(400, "assertion.verify.url gives another assertion");
  }
  return found(assertion, badge, [url, claimed]);
}

async function signed(jws, get) {
  const [header, payload, signature] = jws.split(".").map(decoded);
  const { alg, crit } = parsed(header, "the header of the signature");
  if (alg !== "RS256" || crit) throw new Refusal(400, "expected a signature with RS256, without extensions");
  const assertion = parsed(payload, "the payload of the signature");
  const badge = await linked(assertion, "signed", get);
  const pem = await get(assertion.verify.url);
  if (!isSignedWith(pem, jws.slice(0, jws.lastIndexOf(".")), signature)) {
    throw new Refusal(400, "the signature does not match the key at assertion.verify.url");
  }
  if (await isRevoked(assertion, badge.issuer, get)) throw new Refusal(400, "the badge is revoked");
  return found(assertion, badge, [assertion.verify.url]);
}

function isSignedWith(pem, content, signature) {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === "rsa" && verify("RSA-SHA256", Buffer.from(content), key, signature);
  } catch {
    return false;
  }
}

async function isRevoked({ uid, id }, issuer, get) {
  if (issuer.revocationList === undefined) return false;
  const revoked = await document(issuer.revocationList, get);
  return Object.hasOwn(revoked, uid) || (id !== undefined && Object.hasOwn(revoked, id));
}

// The badge class of a 1.x assertion, with its issuer put in place of its URL.
async function linked(assertion, kind, get) {
  fit(assertion, ASSERTION, "assertion");
  const { recipient, verify } = assertion;
  if (recipient.hashed && !HASHED.test(recipient.identity)) throw new Refusal(400, "assertion.recipient.identity is no hash");
  if (verify.type !== kind) throw new Refusal(400, `assertion.verify.type: expected ${kind}`);
  const badge = fit(await document(assertion.badge, get), BADGE_CLASS, "badge class");
  const issuer = fit(await document(badge.issuer, get), ISSUER, "issuer");
  for (const { image } of [assertion, badge, issuer]) if (image !== undefined) await look(image, get);
  const origin = new URL(issuer.url).origin;
  return { ...badge, _location: assertion.badge, issuer: { ...issuer, _location: badge.issuer, origin } };
}

function found(assertion, badge, sources) {
  const { recipient, issuedOn, uid } = assertion;
  const body = { ...assertion, recipient: recipient.identity, badge, _originalRecipient: recipient, issued_on: issuedOn };
  return { body, recipient, origin: badge.issuer.origin, sources, uid, key: JSON.stringify([badge.issuer.origin, uid]) };
}

// An assertion of 0.5 is one document without a uid: its URL identifies it.
async function flat(url, assertion, get) {
  fit(assertion, FLAT, "assertion");
  const { origin } = new URL(assertion.badge.issuer.origin);
  await look(new URL(assertion.badge.image, origin).href, get);
  const identity = assertion.recipient;
  const recipient = { identity, hashed: HASHED.test(identity), salt: assertion.salt };
  return { body: assertion, recipient, origin, sources: [url], uid: url, key: JSON.stringify([url]) };
}

export function belongsTo({ identity, hashed, salt = "" }, email) {
  if (!hashed) return identity.toLowerCase() === email.toLowerCase();
  const [algorithm, digest] = identity.split("$");
  return [email, email.toLowerCase()].some(
    (one) => createHash(algorithm).update(one + salt).digest("hex") === digest.toLowerCase(),
  );
}

// What is fetched

async function look(url, get) {
  const content = /^data:/i.test(url) ? inline(url) : await get(url);
  if (!isImage(content)) throw new Refusal(400, "an image is neither PNG nor SVG");
}

function inline(url) {
  const [head, content] = url.split(/,(.*)/s);
  try {
    return /;base64$/i.test(head) ? Buffer.from(content, "base64") : Buffer.from(decodeURIComponent(content));
  } catch {
    throw new Refusal(400, "invalid encoding of an image in a data: URL");
  }
}

async function document(url, get) {
  return parsed(await get(url), url);
}

function parsed(bytes, what) {
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal(400, `${what} is not JSON in UTF-8`);
  }
  if (!isObject(value)) throw new Refusal(400, `${what} is no JSON object`);
  return value;
}

function decoded(part) {
  const bytes = Buffer.from(part, "base64url");
  if (bytes.toString("base64url") !== part) throw new Refusal(400, "a part of the signature is not base64url");
  return bytes;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
