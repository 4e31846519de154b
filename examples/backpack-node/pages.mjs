// The pages for earners (login, consent, settings), and the script for issuers' pages.

import { timingSafeEqual } from "node:crypto";

import { html, page, redirect, Refusal } from "./answers.mjs";

const SCOPES = ["issue"];
const LONGEST_CALLBACK = 8000;
const OURS = new Set(["access_token", "refresh_token", "expires", "api_root", "error"]);

export function script({ backpack }) {
  const body = `var OpenBadges = window.OpenBadges || {};
OpenBadges.connect = function (options) {
  var access = new URL(${JSON.stringify(`${backpack.root}/access`)});
  access.searchParams.set("callback", new URL(options.callback, document.baseURI).href);
  access.searchParams.set("scope", [].concat(options.scope).join(","));
  window.location = access.href;
};
`;
  return { status: 200, body, headers: { "Content-Type": "text/javascript; charset=utf-8" } };
}

// Login

export function login(asked) {
  const form = formOf(asked);
  const email = only(form, "email");
  const next = only(form, "next");
  if (!/^\/(access|settings)(\?|$)/.test(next)) throw new Refusal(400, "invalid redirect target");
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) return loginPage(next, "Invalid e-mail address.");
  const session = asked.backpack.store.login(email, only(form, "password"));
  if (!session) return loginPage(next, "Wrong password.");
  const secure = asked.backpack.root.startsWith("https:") ? "; Secure" : "";
  return redirect(next, { "Set-Cookie": `session=${session.id}; HttpOnly; SameSite=Lax; Path=/${secure}` });
}

function loginPage(next, trouble = "") {
  return page(trouble ? 403 : 200, "Log in", html`<p>${trouble}</p>
<form method="post" action="/login"><input type="hidden" name="next" value="${next}">
<label>E-mail <input type="email" name="email" required></label>
<label>Password <input type="password" name="password" required></label>
<button>Log in</button></form>`);
}

function sessionOf({ backpack, request }) {
  const [, id] = /(?:^|; *)session=([\w-]+)/.exec(request.headers.cookie ?? "") ?? [];
  return backpack.store.sessions.get(id);
}

// Consent

export function access(asked) {
  try {
    const wanted = wishes(asked.query);
    const session = sessionOf(asked);
    return session ? consentPage(wanted, session, asked.query.get("callback")) : loginPage(asked.request.url);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return page(refusal.status, "Access cannot be granted", html`<p>${refusal.message}</p>`);
  }
}

function consentPage({ callback, scopes }, session, written) {
  return page(200, "Grant access?", html`<p><strong>${callback.origin}</strong> wants to push badges
into the Backpack of ${session.earner.email}.</p>
<form method="post" action="/accept"><input type="hidden" name="csrf" value="${session.csrf}">
<input type="hidden" name="callback" value="${written}">
<input type="hidden" name="scope" value="${scopes.join(",")}"><button>Grant access</button></form>
<p><a href="${withParameters(callback, { error: "access_denied" })}">Deny</a></p>`);
}

export function accept(asked) {
  const form = formOf(asked);
  const { earner } = authentic(asked, form);
  const { callback, scopes } = wishes(form);
  const { store, root } = asked.backpack;
  const grant = store.grant(earner, callback.origin, scopes);
  return redirect(withParameters(callback, grantWords(grant, store, root)));
}

export function grantWords(grant, store, root) {
  return { access_token: grant.access, refresh_token: grant.refresh, expires: store.expires, api_root: `${root}/api` };
}

// The access request: each parameter once, an http(s) callback, known scopes.
function wishes(parameters) {
  const written = only(parameters, "callback");
  const scopes = only(parameters, "scope").split(",");
  const isUsable = /^https?:\/\/[^/\\?#\s]/i.test(written) && written.length <= LONGEST_CALLBACK && URL.canParse(written);
  if (!isUsable) throw new Refusal(400, `invalid callback: ${written.slice(0, 200)}`);
  const unknown = scopes.find((one) => !SCOPES.includes(one));
  if (unknown !== undefined) throw new Refusal(400, `invalid scope: ${unknown.slice(0, 200)}`);
  return { callback: new URL(written), scopes };
}

// The callback with our parameters; its own query is kept, except for our parameter names.
function withParameters(callback, parameters) {
  const pairs = callback.search.slice(1).split("&");
  const kept = pairs.filter((pair) => pair && !OURS.has([...new URLSearchParams(pair).keys()][0]));
  const url = new URL(callback);
  url.search = [...kept, String(new URLSearchParams(parameters))].join("&");
  return url.href;
}

// Settings

export function settings(asked) {
  const session = sessionOf(asked);
  if (!session) return loginPage("/settings");
  const { earner, csrf } = session;
  const granted = [...asked.backpack.store.grants].filter((one) => one.earner === earner);
  const rows = [...new Set(granted.map((one) => one.origin))].map((origin) => html`<li>${origin}
<form method="post" action="/settings/revoke-origin"><input type="hidden" name="csrf" value="${csrf}">
<input type="hidden" name="origin" value="${origin}"><button>Revoke</button></form></li>`);
  return page(200, "Who may push badges", html`<ul>${rows}</ul>`);
}

export function revokeOrigin(asked) {
  const form = formOf(asked);
  const { earner } = authentic(asked, form);
  asked.backpack.store.revoke(earner, only(form, "origin"));
  return redirect("/settings");
}

// Forms

// The session of a submitted form, if it came from our own page.
function authentic(asked, form) {
  const session = sessionOf(asked);
  const given = Buffer.from(only(form, "csrf"));
  const known = Buffer.from(session?.csrf ?? "");
  if (!session || given.length !== known.length || !timingSafeEqual(given, known)) {
    throw new Refusal(403, "invalid or expired form");
  }
  return session;
}

function formOf({ request, body }) {
  const type = request.headers["content-type"] ?? "";
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) throw new Refusal(415, "expected a form");
  return new URLSearchParams(body.toString());
}

function only(parameters, name) {
  const found = parameters.getAll(name);
  if (found.length !== 1 || !found[0]) throw new Refusal(400, `${name} expected`);
  return found[0];
}
