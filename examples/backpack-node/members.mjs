// Rules for the members of a badge's documents (Open Badges 0.5, 1.0, 1.1). A "?" marks optional members.

import { Refusal } from "./answers.mjs";

export const HASHED = /^(md5\$[0-9a-f]{32}|sha1\$[0-9a-f]{40}|sha256\$[0-9a-f]{64}|sha512\$[0-9a-f]{128})$/i;
const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

const isText = (value) => typeof value === "string";
export const isWeb = (value) => isText(value) && /^https?:\/\/[^/\\?#\s][^\s<>"\\]*$/i.test(value) && URL.canParse(value);
const isPicture = (value) => isWeb(value) || (isText(value) && /^data:/i.test(value));
const isPlace = (value) => isWeb(value) || (isText(value) && /^\/(?!\/)/.test(value));
const isSite = (value) => isWeb(value) && /^https?:\/\/[^/?#]+\/?$/i.test(value);
const isSecond = (value) => (isText(value) || typeof value === "number") && /^\d{10}$/.test(value);
const isMoment = (value) => isSecond(value) || (isText(value) && ISO_TIME.test(value) && !Number.isNaN(Date.parse(value.replace(",", "."))));

export const ASSERTION = {
  uid: (value) => isText(value) && value !== "",
  recipient: {
    identity: isText,
    type: (value) => value === "email",
    hashed: (value) => typeof value === "boolean",
    "salt?": isText,
  },
  badge: isWeb,
  verify: { type: (value) => value === "hosted" || value === "signed", url: isWeb },
  issuedOn: isMoment,
  "expires?": isMoment,
  "evidence?": isWeb,
  "image?": isPicture,
};

export const BADGE_CLASS = {
  name: isText,
  description: isText,
  image: isPicture,
  criteria: isWeb,
  issuer: isWeb,
  "alignment?": [{ name: isText, url: isWeb, "description?": isText }],
  "tags?": [isText],
};

export const ISSUER = {
  name: isText,
  url: isWeb,
  "description?": isText,
  "image?": isPicture,
  "email?": isText,
  "revocationList?": isWeb,
};

export const FLAT = {
  recipient: (value) => isText(value) && (value.includes("@") || HASHED.test(value)),
  "salt?": isText,
  "evidence?": isPlace,
  "expires?": isMoment,
  "issued_on?": isMoment,
  badge: {
    "version?": isText,
    name: isText,
    description: isText,
    image: isPlace,
    criteria: isPlace,
    issuer: { origin: isSite, name: isText, "org?": isText, "contact?": isText },
  },
};

// The value if it matches the rule; otherwise an error that names the member.
export function fit(value, rule, where) {
  if (typeof rule === "function") {
    if (!rule(value)) throw new Refusal(400, `${where} has the wrong type or form`);
  } else if (Array.isArray(rule)) {
    if (!Array.isArray(value)) throw new Refusal(400, `${where} must be a list`);
    for (const entry of value) fit(entry, rule[0], `${where}[]`);
  } else {
    if (typeof value !== "object" || value === null) throw new Refusal(400, `${where} must be an object`);
    for (const [written, inner] of Object.entries(rule)) {
      const name = written.replace("?", "");
      if (Object.hasOwn(value, name)) fit(value[name], inner, `${where}.${name}`);
      else if (name === written) throw new Refusal(400, `${where}.${name} is missing`);
    }
  }
  return value;
}
