// Whether an Open Badges 2.0 assertion is valid, by the documents that its issuer hosts.

import { createHash, createPublicKey, verify } from "node:crypto";

const PATIENCE = 3000; // milliseconds for one document
const LONGEST = 1024 * 1024;

export class Invalid extends Error {}

const isText = (value) => typeof value === "string" && value !== "";
const isUrl = (value) => isText(value) && /^https?:\/\/[^/?#]/.test(value) && URL.canParse(value);
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const listed = (value) => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);
const isTime = (value) => isText(value) && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/.test(value) && !Number.isNaN(Date.parse(value));

function expect(isRight, message) {
  if (!isRight) throw new Invalid(message);
}

async function document(url) {
  expect(isUrl(url), "expected the URL of a document");
  let content = "";
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE), headers: { Accept: "application/json" } });
    expect(answer.status === 200, `${url} answers ${answer.status}`);
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
      content += part;
      expect(content.length < LONGEST, `${url} is too long`);
    }
    content = JSON.parse(content);
  } catch (error) {
    throw error instanceof Invalid ? error : new Invalid(`${url} cannot be read`);
  }
  expect(isObject(content), `${url} is no JSON object`);
  return content;
}

// A linked document; of one that is embedded only the id counts.
async function linked(link, types) {
  const url = isObject(link) ? link.id : link;
  const found = await document(url);
  expect(found.id === url, `${url} has another id`);
  expect(!types || listed(found.type).some((type) => types.includes(type)), `${url}: expected the type ${types}`);
  return found;
}

function check(assertion, kinds) {
  expect(!assertion.revoked, "its issuer has revoked it");
  const { id, type, recipient, issuedOn, expires } = assertion;
  const verification = assertion.verification ?? assertion.verify;
  expect(isText(id), "id: expected a text");
  expect(listed(type).includes("Assertion"), "type: expected Assertion");
  expect(isObject(recipient) && isText(recipient.type) && isText(recipient.identity), "recipient: expected type and identity");
  expect(typeof recipient.hashed === "boolean", "recipient.hashed: expected true or false");
  expect(["string", "undefined"].includes(typeof recipient.salt), "recipient.salt: expected a text");
  expect(isTime(issuedOn), "issuedOn: expected a time");
  expect(expires === undefined || isTime(expires), "expires: expected a time");
  expect(isObject(verification) && kinds.includes(verification.type), `verification: expected ${kinds[0]}`);
  return verification;
}

async function around(assertion) {
  const badge = await linked(assertion.badge, ["BadgeClass"]);
  for (const name of ["name", "description"]) expect(isText(badge[name]), `badge class: expected ${name}`);
  const image = isObject(badge.image) ? badge.image.id : badge.image;
  expect(isUrl(image) || (isText(image) && image.startsWith("data:")), "badge class: expected an image");
  expect(isUrl(badge.criteria) || isText(badge.criteria?.narrative) || isUrl(badge.criteria?.id), "badge class: expected criteria");
  const issuer = await linked(badge.issuer, ["Issuer", "Profile"]);
  expect(isText(issuer.name) && isUrl(issuer.url), "issuer: expected name and url");
  return issuer;
}

function isAllowed(url, issuer) {
  const { startsWith, allowedOrigins } = issuer.verification ?? {};
  const { origin, host } = new URL(url);
  if (startsWith || allowedOrigins) return listed(startsWith).some((start) => url.startsWith(start)) || listed(allowedOrigins).includes(host);
  return origin === new URL(issuer.id).origin;
}

export async function hosted(posted) {
  const assertion = await document(posted.id);
  check(assertion, ["HostedBadge", "hosted"]);
  expect(assertion.id === posted.id, "the hosted assertion has another id");
  const issuer = await around(assertion);
  expect(isAllowed(assertion.id, issuer), "the assertion is not where its issuer allows it");
  return assertion;
}

export async function signed(jws) {
  expect(/^[\w-]+\.[\w-]+\.[\w-]+$/.test(jws), "expected a compact JWS");
  const [header, payload, signature] = jws.split(".").map((part) => Buffer.from(part, "base64url"));
  let head, assertion;
  try {
    [head, assertion] = [header, payload].map((part) => JSON.parse(part));
  } catch {
    throw new Invalid("the JWS has no JSON in it");
  }
  expect(isObject(head) && head.alg === "RS256" && !("crit" in head), "expected RS256");
  expect(isObject(assertion), "the payload is no object");
  const verification = check(assertion, ["SignedBadge", "signed"]);
  const issuer = await around(assertion);
  const keys = listed(issuer.publicKey);
  const creator = verification.creator ?? keys[0];
  expect(keys.includes(creator), "the key is not one of the issuer's");
  const key = await linked(creator);
  expect(key.owner === issuer.id, "the key is not owned by the issuer");
  let isRight = false;
  try {
    const publicKey = createPublicKey(key.publicKeyPem);
    isRight = publicKey.asymmetricKeyType === "rsa" && verify("sha256", Buffer.from(jws.slice(0, jws.lastIndexOf("."))), publicKey, signature);
  } catch {
    throw new Invalid("the key cannot be read");
  }
  expect(isRight, "the signature does not verify");
  if (issuer.revocationList) {
    const { revokedAssertions } = await document(issuer.revocationList);
    expect(!listed(revokedAssertions).some((entry) => (entry.id ?? entry) === assertion.id), "its issuer has revoked it");
  }
  return assertion;
}

export function isFor(recipient, email) {
  if (!recipient.hashed) return recipient.identity === email;
  const [name, digest] = recipient.identity.split("$");
  if (!["sha256", "md5"].includes(name) || !digest) return false;
  return createHash(name).update(email + (recipient.salt ?? "")).digest("hex") === digest.toLowerCase();
}
