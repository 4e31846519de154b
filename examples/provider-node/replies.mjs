// Answers as values, and refusals as exceptions.

export const escape = (text) => String(text).replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);

const GUARD = { "X-Frame-Options": "DENY", "Content-Security-Policy": "frame-ancestors 'none'", "Referrer-Policy": "no-referrer" };

// A page; `inside` is markup.
export const html = (title, inside) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(title)}</title><h1>${escape(title)}</h1>${inside}</html>`;

export const redirect = (location, headers = {}) => ({ status: 303, headers: { Location: location, ...headers } });

// A URL with parameters added to those that it has.
export function withQuery(url, parameters) {
  const added = new URLSearchParams(parameters).toString();
  return url + (url.includes("?") ? "&" : "?") + added;
}

export class Refusal extends Error {
  // `text` is a status text of the API, an error of OAuth, or nothing for a page.
  constructor(status, message, text = "", headers = {}) {
    super(message);
    Object.assign(this, { status, text, headers });
  }

  reply(isApi) {
    const { status, message, text, headers } = this;
    if (isApi) return { status, headers, body: { status: { error: message, statusCode: status, statusText: text || "BAD_REQUEST" } } };
    return { status, headers, body: text ? { error: text, error_description: message } : message };
  }
}

export function send(outgoing, { status, headers = {}, body = "" }) {
  const isText = typeof body === "string";
  const kind = isText ? { "Content-Type": "text/html; charset=utf-8", ...GUARD } : { "Content-Type": "application/json" };
  const content = isText ? body : JSON.stringify(body);
  outgoing.writeHead(status, { "Cache-Control": "no-store", ...kind, ...headers, "Content-Length": Buffer.byteLength(content) });
  outgoing.end(content);
}

// The JSON object of a request; undefined where there is none.
export function jsonObject(request) {
  try {
    const value = JSON.parse(request.body);
    return value && typeof value === "object" && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

// The fields of a form, of which each may come once.
export function fields(request) {
  const kind = (request.headers["content-type"] ?? "").split(";")[0].trim().toLowerCase();
  return kind === "application/x-www-form-urlencoded" ? once(new URLSearchParams(request.body)) : {};
}

export function once(parameters) {
  const names = [...parameters.keys()];
  return Object.fromEntries([...parameters].filter(([name, value]) => value !== "" && names.indexOf(name) === names.lastIndexOf(name)));
}
