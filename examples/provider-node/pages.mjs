// What an earner sees: login, consent, and the list of applications that have access.

import { Refusal, escape, fields, html, redirect, withQuery } from "./replies.mjs";
import { random } from "./store.mjs";

const COOKIE = "provider_session";

export class Pages {
  constructor(store, oauth) {
    Object.assign(this, { store, oauth });
  }

  session(request) {
    const name = new RegExp(`(?:^|; *)${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? "")?.[1];
    return this.store.sessions.get(name);
  }

  open(earner) {
    const session = { name: random(), ticket: random(), earner };
    this.store.sessions.set(session.name, session);
    return session;
  }

  page(title, inside, session) {
    return { status: 200, body: html(title, inside), headers: { "Set-Cookie": `${COOKIE}=${session.name}; Path=/; HttpOnly; SameSite=Lax` } };
  }

  // The fields of a form that one of our own pages sent.
  submitted(request) {
    const session = this.session(request);
    const form = fields(request);
    if (!session || form.ticket !== session.ticket) throw new Refusal(403, html("This form is too old", ""));
    return { session, form };
  }

  form(request) {
    const session = this.session(request) ?? this.open();
    const then = escape(request.query.get("then") ?? "/permissions");
    const inputs = '<label>E-mail <input type="email" name="email"></label> <label>Password <input type="password" name="password"></label>';
    return this.page("Log in", `<form method="post" action="/login">${hidden({ ticket: session.ticket, then })}${inputs}<button>Log in</button></form>`, session);
  }

  login(request) {
    const { session, form } = this.submitted(request);
    if (!form.email?.includes("@")) throw new Refusal(403, html("Expected an e-mail address", ""));
    this.store.sessions.delete(session.name);
    const fresh = this.open(this.store.earner(form.email));
    const then = /^\/(?![/\\])/.test(form.then ?? "") ? form.then : "/permissions";
    return redirect(then, { "Set-Cookie": `${COOKIE}=${fresh.name}; Path=/; HttpOnly; SameSite=Lax` });
  }

  ask(request) {
    const read = this.read(request);
    if (!read.client) return read;
    const session = this.session(request);
    if (!session?.earner) return redirect(withQuery("/login", { then: request.url.pathname + request.url.search }));
    const { client, asked } = read;
    const scopes = asked.scope.split(" ").map((name) => `<li>${escape(name)}</li>`).join("");
    const buttons = '<button name="answer" value="deny">Deny</button> <button name="answer" value="allow">Allow</button>';
    const form = `<form method="post" action="${escape(request.url.pathname + request.url.search)}">${hidden({ ticket: session.ticket })}${buttons}</form>`;
    return this.page("Allow access?", `<p>${escape(client.client_name)} (${escape(client.client_uri)}) asks for</p><ul>${scopes}</ul>${form}`, session);
  }

  answer(request) {
    const { session, form } = this.submitted(request);
    if (!session.earner) throw new Refusal(403, html("Log in first", ""));
    const read = this.read(request);
    if (!read.client) return read;
    const { client, asked } = read;
    const told = form.answer === "allow" ? { code: this.store.addCode(session.earner, client, asked) } : { error: "access_denied" };
    return redirect(withQuery(asked.redirect_uri, { ...told, state: asked.state }));
  }

  // The request of a client, or the redirect that tells it what is wrong.
  read(request) {
    try {
      return this.oauth.asked(request.query);
    } catch (error) {
      if (error.redirectUri) return redirect(withQuery(error.redirectUri, { error: error.text, ...(error.state && { state: error.state }) }));
      throw error instanceof Refusal ? new Refusal(error.status, html("This link is wrong", escape(error.message))) : error;
    }
  }

  permissions(request) {
    const session = this.session(request);
    if (!session?.earner) return redirect("/login?then=/permissions");
    const clients = new Set(this.store.grants.filter((grant) => grant.earner === session.earner).map((grant) => grant.client));
    const items = [...clients].map((client) => {
      const form = `<form method="post">${hidden({ ticket: session.ticket, client: client.client_id })}<button>Revoke</button></form>`;
      return `<li>${escape(client.client_name)} (${escape(client.client_uri)}) ${form}</li>`;
    });
    return this.page("Applications", `<ul>${items.join("")}</ul>`, session);
  }

  revoke(request) {
    const { session, form } = this.submitted(request);
    this.store.end(...this.store.grants.filter((grant) => grant.earner === session.earner && grant.client.client_id === form.client));
    return redirect("/permissions");
  }
}

const hidden = (values) => Object.entries(values).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join("");
