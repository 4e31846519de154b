// Documents: those of issuers, which are fetched within bounds, and JSON-LD contexts, which never are.

import { readFileSync } from "node:fs";

import jsonld from "jsonld";

export class Invalid extends Error {}

const LONGEST = 2_000_000;
const SECONDS = 6;
const FOLDER = new URL("../../schemas/contexts/", import.meta.url);
const BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/";
const FILES = {
  "https://www.w3.org/ns/credentials/v2": "credentials-v2",
  "https://www.w3.org/2018/credentials/v1": "credentials-v1",
  "https://w3id.org/security/data-integrity/v2": "data-integrity-v2",
  [`${BADGES}context-3.0.1.json`]: "open-badges-3.0.1",
  [`${BADGES}context-3.0.2.json`]: "open-badges-3.0.2",
  [`${BADGES}context-3.0.3.json`]: "open-badges-3.0.3",
  [`${BADGES}extensions.json`]: "open-badges-extensions",
};

// A JSON object of an issuer.
export async function fetched(url) {
  if (typeof url !== "string" || !/^https?:\/\//.test(url)) throw new Invalid(`not a URL: ${url}`);
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(SECONDS * 1000), headers: { Accept: "application/json, application/ld+json" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const parts = [];
    let size = 0;
    for await (const part of answer.body) {
      size += part.length;
      if (size > LONGEST) throw new Error("it is too long");
      parts.push(part);
    }
    const value = JSON.parse(Buffer.concat(parts).toString());
    if (!value || typeof value !== "object" || Array.isArray(value)) throw new Error("no JSON object");
    return value;
  } catch (error) {
    throw new Invalid(`${url}: ${error.message}`);
  }
}

async function documentLoader(url) {
  if (!FILES[url]) throw new Invalid(`the context ${url} is not known here`);
  return { documentUrl: url, document: JSON.parse(readFileSync(new URL(`${FILES[url]}.jsonld`, FOLDER), "utf-8")) };
}

// The canonical statements of a document. A safe one says nothing that no context defines.
export async function canonical(document, safe = true) {
  try {
    return await jsonld.canonize(document, { algorithm: "RDFC-1.0", format: "application/n-quads", documentLoader, safe });
  } catch (error) {
    throw new Invalid(error.details?.event?.message ?? error.message);
  }
}
