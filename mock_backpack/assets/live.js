// The live page: all that comes from requests is put in as text, never as markup.

const BASE = location.pathname.replace(/[^/]*$/, "");
const ROOT = BASE.replace(/_mock\/$/, "");
const NAME = decodeURIComponent(/\/s\/([^/]+)\/$/.exec(ROOT)?.[1] ?? "");
const TOKEN = "mock-backpack-admin-token";
const MOST_ROWS = 500;
const AGAIN_MS = 1000;
const ENDPOINTS = ["script", "access", "accept", "login", "settings", "revoke", "badges", "offer", "dialog", "dialog-script", "answer", "issue", "token", "identity", "preflight", "manifest", "register", "authorize", "oauth-token", "oauth-revoke", "assertions", "profile", "discovery", "credentials", "credential-profile"];

const $ = (id) => document.getElementById(id);

function made(tag, className = "", text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

// Asking the mock

class Locked extends Error {}

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers.Authorization = `Bearer ${token}`;
  if (options.body) headers["Content-Type"] = "application/json";
  const answer = await fetch(BASE + path, { ...options, headers, cache: "no-store" });
  if (answer.status === 401) throw new Locked();
  if (!answer.ok) throw new Error((await answer.json()).message);
  return answer;
}

const told = async (path, options) => (await ask(path, options)).json();
const post = (path, body) => told(path, { method: "POST", body: JSON.stringify(body) });

function act(trouble, action) {
  return async (event) => {
    event.preventDefault();
    trouble.textContent = "";
    try {
      await action(event);
    } catch (error) {
      if (error instanceof Locked) lock();
      else trouble.textContent = error.message;
    }
  };
}

// The token

let unlocked = () => {};

function lock() {
  $("enter").querySelector(".trouble").textContent = sessionStorage.getItem(TOKEN) ? "The mock did not accept this token." : "";
  sessionStorage.removeItem(TOKEN);
  if (!$("enter").hidden) return;
  $("live").hidden = true;
  $("enter").hidden = false;
  $("token").focus();
}

$("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = $("token").value.trim();
  if (/^[\x21-\x7e]+$/.test(token)) sessionStorage.setItem(TOKEN, token);
  else $("enter").querySelector(".trouble").textContent = "Expected a token without spaces.";
  $("token").value = "";
  unlocked();
});

// The journal

function exchange(entry) {
  const row = made("li");
  const details = made("details");
  const line = made("summary", "line");
  const request = made("span", "request target", `${entry.request.method} ${entry.request.target}`);
  const status = entry.answer.status;
  const chips = made("span", "chips");
  for (const one of entry.applied) chips.append(made("span", "chip fault", one.name));
  for (const one of entry.broke) chips.append(made("span", "chip broke", one));
  line.append(
    made("span", "number", entry.number),
    made("span", "at", utc(entry.at).slice(11, 19)),
    request,
    made("span", `status s${String(status ?? 0)[0]}`, status ?? "none"),
    made("span", "earner", entry.earner ?? ""),
    chips,
  );
  details.append(line);
  details.addEventListener("toggle", () => details.childElementCount > 1 || details.append(detail(entry)));
  row.append(details);
  $("exchanges").prepend(row);
  if ($("exchanges").childElementCount > MOST_ROWS) $("exchanges").lastElementChild.remove();
  $("silence").hidden = true;
}

function detail({ request, answer, ...entry }) {
  const node = made("div", "detail");
  const facts = [
    utc(entry.at),
    entry.endpoint && `endpoint ${entry.endpoint}`,
    entry.earner && `earner ${entry.earner}`,
    entry.origin && `origin ${entry.origin}`,
    `attempt ${entry.attempt}`,
    ...entry.applied.map((one) => `${one.rule} ${one.name} acted`),
    ...entry.broke.map((one) => `violated ${one}`),
  ];
  const nothing = "no response: the connection ended first";
  node.append(
    made("p", "soft", facts.filter(Boolean).join(" · ")),
    made("h3", "", "Request"),
    message(`${request.method} ${request.target}`, request),
    made("h3", "", "Answer"),
    message(answer.status === null ? nothing : `status ${answer.status}`, answer),
  );
  return node;
}

function message(first, { headers, body }) {
  const pre = made("pre", "", [first, ...headers.map((one) => one.join(": "))].join("\n") + (body ? `\n\n${body}` : ""));
  pre.tabIndex = 0;
  return pre;
}

// The rules

function showRules({ rules }) {
  const shown = new Map([...$("rules").children].map((row) => [row.dataset.rule, row]));
  for (const rule of rules) {
    const row = shown.get(rule.id) ?? ruleRow(rule);
    shown.delete(rule.id);
    row.querySelector(".counter").textContent = rule.state;
  }
  for (const gone of shown.values()) gone.remove();
  $("peace").hidden = rules.length > 0;
}

function ruleRow(rule) {
  const name = rule.fault ?? rule.defect;
  const row = made("li");
  row.dataset.rule = rule.id;
  const groups = [rule.match, rule.with, rule.when].flatMap((group) => Object.entries(group ?? {}));
  const said = [rule.fault ? "fault" : "defect", ...groups.map(([key, value]) => `${key} ${value}`), rule.note];
  const button = made("button", "", "Remove");
  button.setAttribute("aria-label", `Remove ${rule.id} ${name}`);
  button.addEventListener("click", act($("rules-trouble"), async () => {
    await ask(`rules/${encodeURIComponent(rule.id)}`, { method: "DELETE" });
    row.remove();
    $("rules-title").focus();
  }));
  row.append(
    made("span", "name", `${rule.id} ${name}`),
    made("span", "soft", said.filter(Boolean).join(" · ")),
    made("span", "counter"),
    button,
  );
  $("rules").append(row);
  return row;
}

let catalogue = new Map();

async function showCatalogue() {
  if (catalogue.size) return;
  const groups = new Map();
  for (const entry of (await told("catalogue")).catalogue) {
    catalogue.set(entry.name, entry);
    const label = `${entry.kind}s: ${entry.name.split(".")[0]}`;
    if (!groups.has(label)) groups.set(label, made("optgroup"));
    groups.get(label).label = label;
    groups.get(label).append(option(entry.name));
  }
  $("name").replaceChildren(...groups.values());
  showEntry();
}

function option(value, text = value) {
  const node = made("option", "", text);
  node.value = value;
  return node;
}

function showEntry() {
  const entry = catalogue.get($("name").value);
  const requirements = entry.breaks ?? entry.stresses;
  const verb = entry.breaks ? "Breaks" : "Stresses";
  $("does").textContent = [entry.does, requirements.length && `${verb} ${requirements.join(", ")}.`].filter(Boolean).join(" ");
  $("parameters").replaceChildren(...Object.entries(entry.with ?? {}).map(parameter));
  const possible = entry.endpoints.includes("*") ? ENDPOINTS : entry.endpoints;
  $("endpoint").replaceChildren(option("", "all possible endpoints"), ...possible.map((one) => option(one)));
}

function parameter([name, { default: usual, expected }]) {
  const field = made("div");
  const label = made("label", "", name);
  const input = made("input");
  label.htmlFor = input.id = `with-${name}`;
  label.append(made("span", "hint", expected));
  input.name = name;
  input.value = usual;
  if (typeof usual === "number") {
    input.type = "number";
    input.step = "any";
    input.required = true;
  }
  field.append(label, input);
  return field;
}

function order() {
  const entry = catalogue.get($("name").value);
  const rule = { [entry.kind]: entry.name, with: {}, match: {}, when: {} };
  for (const input of $("parameters").querySelectorAll("input")) {
    const usual = entry.with[input.name].default;
    const value = typeof usual === "number" ? Number(input.value) : input.value;
    if (value !== usual) rule.with[input.name] = value;
  }
  if ($("endpoint").value) rule.match.endpoint = $("endpoint").value;
  for (const name of ["skip", "count", "probability"]) {
    if ($(name).value !== "") rule.when[name] = Number($(name).value);
  }
  return rule;
}

$("name").addEventListener("change", showEntry);
$("arm").addEventListener("submit", act($("arm").querySelector(".trouble"), () => post("rules", order())));

// The clock

let ahead = 0;
let stoppedAt = null;

const utc = (seconds) => new Date(seconds * 1000).toISOString();

function showClock({ now, frozen }) {
  ahead = now - Date.now() / 1000;
  stoppedAt = frozen ? now : null;
  $("frozen").hidden = !frozen;
  tick();
}

function tick() {
  const shown = utc(stoppedAt ?? Date.now() / 1000 + ahead).slice(0, 19) + "Z";
  $("now").dateTime = shown;
  $("now").textContent = shown.replace("T", " ").replace("Z", " UTC");
}

setInterval(tick, 1000);
$("clock").addEventListener("click", act($("moved"), async ({ target }) => {
  if (!target.dataset.body) return;
  const clock = await post("clock", JSON.parse(target.dataset.body));
  showClock(clock);
  const expired = clock.expired.length;
  $("moved").textContent = expired ? `${expired} access token${expired > 1 ? "s" : ""} expired.` : "";
}));

// The sandboxes

async function showSandboxes() {
  const { sandboxes } = await told("sandboxes");
  if (document.activeElement === $("sandbox")) return;
  const chosen = $("sandbox").value || NAME;
  $("sandbox").replaceChildren(...sandboxes.map(({ name }) => option(name, name || "root")));
  $("sandbox").value = sandboxes.some(({ name }) => name === chosen) ? chosen : "";
}

$("choose").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = $("sandbox").value;
  location.assign(name ? `/s/${encodeURIComponent(name)}/_mock/` : "/_mock/");
});
setInterval(() => $("live").hidden || showSandboxes().catch(() => {}), 5000);

// The events

const SHOW = { exchange, rules: showRules, clock: showClock };

function dispatch(block) {
  const fields = new Map(block.split("\n").map((line) => [line.split(":", 1)[0], line.slice(line.indexOf(":") + 2)]));
  if (fields.has("data")) SHOW[fields.get("event")]?.(JSON.parse(fields.get("data")));
}

async function listen() {
  const { last } = await told("journal?limit=0");
  const answer = await ask(`events?since=${Math.max(0, last - MOST_ROWS)}`);
  $("exchanges").replaceChildren();
  $("silence").hidden = false;
  state("live");
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    blocks.forEach(dispatch);
  }
}

function state(words) {
  if ($("state").textContent !== words) $("state").textContent = words;
  $("state").classList.toggle("on", words === "live");
}

async function live() {
  for (;;) {
    try {
      await Promise.all([showSandboxes(), showCatalogue()]);
      $("enter").hidden = true;
      $("live").hidden = false;
      await listen();
      state("connection closed, reconnecting …");
    } catch (error) {
      if (error instanceof Locked) {
        state("locked");
        lock();
        await new Promise((resolve) => { unlocked = resolve; });
        continue;
      }
      state(error instanceof TypeError ? "mock unreachable, reconnecting …" : `${error.message}; reconnecting …`);
    }
    await new Promise((resolve) => { setTimeout(resolve, AGAIN_MS); });
  }
}

$("root").textContent = location.origin + ROOT;
$("where").textContent = NAME ? `sandbox ${NAME}` : "";
live();
