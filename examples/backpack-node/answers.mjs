// Responses, and errors that become responses.

export class Refusal extends Error {
  constructor(status, message, headers = {}) {
    super(message);
    Object.assign(this, { status, headers });
  }
}

const NO_STORE = { "Cache-Control": "no-store" };

export const PAGE_HEADERS = {
  ...NO_STORE,
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

export function json(status, body, headers = {}) {
  return { status, body: JSON.stringify(body), headers: { ...NO_STORE, "Content-Type": "application/json", ...headers } };
}

export function told(refusal) {
  return json(refusal.status, { message: refusal.message }, refusal.headers);
}

export function redirect(location, headers = {}) {
  return { status: 303, body: "", headers: { ...NO_STORE, "Referrer-Policy": "no-referrer", Location: location, ...headers } };
}

// HTML markup: inserted values are escaped, unless they are markup.
export function html(texts, ...values) {
  return new Markup(texts.reduce((done, text, at) => done + escaped(values[at - 1]) + text));
}

class Markup {
  constructor(text) {
    this.text = text;
  }
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(value) {
  if (Array.isArray(value)) return value.map(escaped).join("");
  return value instanceof Markup ? value.text : String(value).replace(/[&<>"']/g, (found) => ENTITIES[found]);
}

export function page(status, title, content, headers = {}) {
  const body = html`<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${content}</html>`;
  return { status, body: body.text, headers: { ...PAGE_HEADERS, ...headers } };
}

export function sent(response, { status, body = "", headers = {} }) {
  const content = Buffer.from(body);
  const length = status === 204 || status === 304 ? {} : { "Content-Length": content.length };
  response.writeHead(status, { ...headers, ...length });
  response.end(content);
}
