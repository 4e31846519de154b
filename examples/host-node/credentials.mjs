// Is a credential valid, and whose is it?

import { createHash, createPublicKey, verify } from "node:crypto";
import { gunzipSync } from "node:zlib";

import Ajv2019 from "ajv/dist/2019.js";
import Ajv2020 from "ajv/dist/2020.js";

import { Invalid, canonical, fetched } from "./documents.mjs";

export { Invalid };

const LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const FIRST = ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1"];
const SECOND = /^https:\/\/purl\.imsglobal\.org\/spec\/ob\/v3p0\/context-3\.0\.\d+\.json$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const SCHEMAS = ["1EdTechJsonSchemaValidator2019", "JsonSchema"];
const OFFICIAL = "https://purl.imsglobal.org/";

const listed = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const isObject = (value) => Boolean(value) && typeof value === "object" && !Array.isArray(value);
const isText = (value) => typeof value === "string" && value !== "";
const isUri = (value) => isText(value) && /^[A-Za-z][A-Za-z0-9+.-]*:\S/.test(value.trim());
const hash = (text) => createHash("sha256").update(text).digest();
export const issuerOf = (credential) => (isObject(credential.issuer) ? credential.issuer.id : credential.issuer);
export const beginOf = (credential) => moment(credential.validFrom ?? credential.issuanceDate);

function check(isRight, why) {
  if (!isRight) throw new Invalid(why);
}

function moment(text) {
  const value = isText(text) && TIME.test(text) ? Date.parse(text) : NaN;
  check(!Number.isNaN(value), "expected a time with a zone");
  return value;
}

// Multibase of base58btc.
function base58(text) {
  check(isText(text) && text[0] === "z" && [...text.slice(1)].every((one) => LETTERS.includes(one)), "expected base58btc");
  let value = 0n;
  for (const letter of text.slice(1)) value = value * 58n + BigInt(LETTERS.indexOf(letter));
  const hex = value === 0n ? "" : value.toString(16);
  return Buffer.concat([Buffer.alloc(/^1*/.exec(text.slice(1))[0].length), Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex")]);
}

function multikey(text) {
  const content = base58(text);
  check(content.length === 34 && content[0] === 0xed && content[1] === 1, "expected a key for Ed25519");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: content.subarray(2).toString("base64url") }, format: "jwk" });
}

function originOf(url) {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

function checkEnd(document) {
  for (const name of ["expires", "revoked"]) check(document[name] === undefined || moment(document[name]) > Date.now(), `${name} has passed`);
}

// All members that a credential needs, and of the right kind.
function checkMembers(credential) {
  check(isObject(credential), "expected a JSON object");
  const contexts = listed(credential["@context"]);
  check(FIRST.includes(contexts[0]), "the first context is not that of credentials");
  check(contexts.slice(1).some((one) => isText(one) && SECOND.test(one)), "there is no context of Open Badges");
  const types = listed(credential.type);
  check(types.includes("VerifiableCredential"), "expected the type VerifiableCredential");
  check(types.includes("OpenBadgeCredential") || types.includes("AchievementCredential"), "expected the type OpenBadgeCredential");
  check(isUri(credential.id) && isUri(issuerOf(credential)), "expected ids of credential and issuer");
  beginOf(credential);
  check(credential.name === undefined || isText(credential.name), "expected a text: name");
  checkSubject(credential.credentialSubject);
}

function checkSubject(subject) {
  check(isObject(subject) && listed(subject.type).includes("AchievementSubject"), "expected an AchievementSubject");
  check(isUri(subject.id) || listed(subject.identifier).length > 0, "expected an id or an identifier of the subject");
  check(listed(subject.identifier).every(isObject), "an identifier is no object");
  const achievement = subject.achievement;
  check(isObject(achievement) && listed(achievement.type).includes("Achievement"), "expected an Achievement");
  check(isUri(achievement.id) && isText(achievement.name) && isText(achievement.description), "expected id, name and description");
  check(isObject(achievement.criteria) && ("id" in achievement.criteria || "narrative" in achievement.criteria), "expected criteria");
}

export class Verifier {
  constructor(wrong) {
    this.wrong = wrong;
  }

  // A credential with proofs inside.
  async proved(credential) {
    checkMembers(credential);
    await this.checkProofs(credential);
    await this.checkNow(credential);
    return credential;
  }

  async checkProofs(credential) {
    const { proof, ...bare } = credential;
    const statements = await canonical(bare, this.wrong !== "drops-terms");
    let trouble = new Invalid("expected a proof");
    for (const one of listed(proof)) {
      try {
        return await this.checkProof(bare, one, statements);
      } catch (error) {
        if (!(error instanceof Invalid)) throw error;
        trouble = error;
      }
    }
    throw trouble;
  }

  // VC Data Integrity EdDSA Cryptosuites 1.0, section 3.2.
  async checkProof(bare, proof, statements) {
    check(isObject(proof) && proof.type === "DataIntegrityProof" && proof.cryptosuite === "eddsa-rdfc-2022", "expected a proof of eddsa-rdfc-2022");
    check(proof.proofPurpose === "assertionMethod", "the proof has another purpose");
    checkEnd(proof);
    const key = await this.keyOf(proof.verificationMethod, issuerOf(bare));
    const { proofValue, ...options } = proof;
    const configuration = await canonical({ "@context": bare["@context"], ...options });
    const isRight = verify(null, Buffer.concat([hash(configuration), hash(statements)]), key, base58(proofValue));
    check(isRight || this.wrong === "believes-proofs", "the signature does not fit");
  }

  bound(isBound, why) {
    check(isBound || this.wrong === "any-key", why);
  }

  async keyOf(method, issuer) {
    check(isText(method), "the proof has no verificationMethod");
    if (method.startsWith("did:key:")) {
      const [did, fragment = ""] = method.split("#");
      check(did === `did:key:${fragment}`, "the did:key cannot be read");
      this.bound(did === issuer, "the did:key is not the issuer's");
      return multikey(fragment);
    }
    const document = await fetched(method);
    checkEnd(document);
    this.bound(originOf(method) === originOf(issuer) && document.controller === issuer, "the key is not the issuer's");
    return multikey(document.publicKeyMultibase);
  }

  // A VC-JWT; its payload is the credential.
  async signed(text) {
    const parts = text.split(".");
    check(parts.length === 3 && parts.every((part) => /^[\w-]+$/.test(part)), "expected header.payload.signature");
    const [header, credential] = parts.slice(0, 2).map(decoded);
    check(Object.keys(header).every((name) => ["alg", "kid", "jwk", "typ"].includes(name)), "the header has other members");
    check(header.alg === "RS256" && (header.typ ?? "JWT") === "JWT", "expected RS256");
    check(isText(header.kid) && !(isObject(header.jwk) && "d" in header.jwk), "expected a kid, and no private key");
    checkMembers(credential);
    if (this.wrong !== "ignores-claims") checkClaims(credential);
    this.bound(originOf(header.kid) === originOf(issuerOf(credential)), "the key is not the issuer's");
    const jwk = await fetched(header.kid);
    check(jwk.kty === "RSA" && isText(jwk.n) && isText(jwk.e), "expected an RSA key");
    check(verify("RSA-SHA256", Buffer.from(`${parts[0]}.${parts[1]}`), { key: jwk, format: "jwk" }, Buffer.from(parts[2], "base64url")), "the signature does not fit");
    await this.checkNow(credential);
    return credential;
  }

  async checkNow(credential) {
    check(beginOf(credential) <= Date.now(), "it is not valid yet");
    const end = credential.validUntil ?? credential.expirationDate;
    check(end === undefined || moment(end) > Date.now(), "it has expired");
    if (this.wrong !== "ignores-lists") for (const entry of listed(credential.credentialStatus)) await this.checkStatus(entry, credential);
    if (this.wrong !== "ignores-schemas") for (const entry of listed(credential.credentialSchema)) await this.checkSchema(entry, credential);
  }

  async checkStatus(entry, credential) {
    check(isObject(entry), "the status is no object");
    const kinds = listed(entry.type);
    if (kinds.includes("1EdTechRevocationList")) {
      const list = await fetched(entry.id);
      const isRevoked = listed(list.revokedCredential).some((one) => one.id === credential.id && one.revoked !== false);
      check(!isRevoked, "it was revoked");
    }
    if (kinds.includes("BitstringStatusListEntry")) {
      const list = await fetched(entry.statusListCredential);
      check(issuerOf(list) === issuerOf(credential), "the status list is of another issuer");
      await this.checkProofs(list);
      check(!isSet(list.credentialSubject?.encodedList, Number(entry.statusListIndex)), "it was revoked");
    }
  }

  async checkSchema(entry, credential) {
    check(isObject(entry) && isText(entry.id), "the schema has no id");
    if (!listed(entry.type).some((kind) => SCHEMAS.includes(kind)) || entry.id.startsWith(OFFICIAL)) return;
    const schema = await fetched(entry.id);
    const Dialect = String(schema.$schema).includes("2019-09") ? Ajv2019 : Ajv2020;
    const ajv = new Dialect({ strict: false, validateFormats: false, logger: false });
    let isFit;
    try {
      isFit = ajv.compile(schema);
    } catch (error) {
      throw new Invalid(`the schema: ${error.message}`);
    }
    check(isFit(credential), `it does not fit its schema: ${ajv.errorsText(isFit.errors)}`);
  }

  isFor(credential, email) {
    const subject = credential.credentialSubject;
    return subject.id === `mailto:${email}` || listed(subject.identifier).some((one) => isIdentity(one, email));
  }
}

function decoded(part) {
  try {
    const value = JSON.parse(Buffer.from(part, "base64url").toString());
    if (isObject(value)) return value;
  } catch {
    // said below
  }
  throw new Invalid("expected JSON objects in the JWS");
}

function checkClaims(credential) {
  const seconds = (value) => (value === undefined ? undefined : Math.floor(moment(value) / 1000));
  const expected = {
    iss: issuerOf(credential), jti: credential.id, sub: credential.credentialSubject.id,
    nbf: seconds(credential.validFrom ?? credential.issuanceDate), exp: seconds(credential.validUntil),
  };
  for (const [name, value] of Object.entries(expected)) check(credential[name] === value, `${name} is not as in the credential`);
}

// A bit of a list; the first is the leftmost.
function isSet(encoded, index) {
  try {
    const bits = gunzipSync(Buffer.from(encoded.slice(1), "base64url"), { maxOutputLength: 4_000_000 });
    return Boolean(bits[index >> 3] & (0x80 >> index % 8));
  } catch {
    throw new Invalid("the status list cannot be read");
  }
}

function isIdentity({ identityType, identityHash, hashed, salt = "" }, email) {
  if (identityType !== "emailAddress" || !isText(identityHash)) return false;
  if (!hashed) return identityHash.toLowerCase() === email.toLowerCase();
  const [algorithm, digest] = identityHash.split("$");
  return ["sha256", "md5"].includes(algorithm) && createHash(algorithm).update(email + salt).digest("hex") === digest?.toLowerCase();
}
