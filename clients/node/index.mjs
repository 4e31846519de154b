// A client of the mock Backpack's admin API, without dependencies. The types are in index.d.ts.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const START_SECONDS = 30;
const LONGEST_ERROR = 2000;
const EVERYTHING = 1e9; // exchanges: the journal answers with the newest hundred otherwise

export class MockRefused extends Error {
  constructor(method, url, status, body) {
    super(`${method} ${url} answered ${status}: ${body.message ?? JSON.stringify(body)}`);
    this.name = "MockRefused";
    this.status = status;
    this.body = body;
  }
}

export async function start(options = {}) {
  const { command = ["mock-backpack"], args = [], seconds = START_SECONDS, adminToken } = options;
  const folder = await mkdtemp(join(tmpdir(), "mock-backpack-"));
  const file = join(folder, "ready");
  const [program, ...before] = command;
  const words = [...before, "serve", "--port", "0", "--ready-file", file, ...args];
  const env = adminToken ? { ...process.env, MOCK_BACKPACK_ADMIN_TOKEN: adminToken } : process.env;
  const child = spawn(program, words, { env, stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors = (errors + text).slice(-LONGEST_ERROR);
  });
  let ended;
  const end = new Promise((resolve) => {
    child.once("error", (error) => resolve((ended = error.message)));
    child.once("exit", (code, signal) => resolve((ended = `it ended with ${signal ?? code}`)));
  });
  const stop = async () => {
    process.off("exit", kill);
    child.kill();
    await end;
  };
  const kill = () => child.kill();
  process.once("exit", kill); // a test run that crashes leaves no mock behind
  try {
    return new Mock(await addressIn(file, seconds, () => ended), { adminToken, stop });
  } catch (error) {
    await stop();
    throw new Error(`${words.join(" ")}: ${error.message}\n${errors}`.trim());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function addressIn(file, seconds, whyEnded) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const address = await readFile(file, "utf8").catch(() => "");
    if (address.trim()) return address.trim();
    if (whyEnded()) throw new Error(`the mock did not start: ${whyEnded()}`);
    if (Date.now() > deadline) throw new Error(`the mock did not start within ${seconds} seconds`);
    await sleep(20);
  }
}

export async function connect(url, { adminToken } = {}) {
  const mock = new Mock(url, { adminToken });
  await mock.health();
  return mock;
}

export class Mock {
  #token;
  #end;

  constructor(url, { adminToken, stop } = {}) {
    this.url = url.replace(/\/+$/, "");
    this.#token = adminToken;
    this.#end = stop ?? (async () => {});
  }

  get accessUrl() {
    return `${this.url}/access`;
  }

  get issuerJs() {
    return `${this.url}/issuer.js`;
  }

  health() {
    return this.#ask("GET", "/health");
  }

  async sandbox(shape = {}) {
    const { name, url } = await this.#ask("POST", "/sandboxes", shape);
    const stop = () =>
      this.#ask("DELETE", `/sandboxes/${encodeURIComponent(name)}`).catch((error) => {
        if (error.status !== 404) throw error; // it was deleted already
      });
    return new Mock(url, { adminToken: this.#token, stop });
  }

  async reset() {
    await this.#ask("POST", "/reset");
  }

  async grant(earner, origin, scope = "issue") {
    const grant = await this.#ask("POST", "/grants", { earner, origin, scope });
    return { ...grant, authorization: `Bearer ${Buffer.from(grant.access_token).toString("base64")}` };
  }

  async expire(grant) {
    await this.#ask("POST", `/grants/${grant.number}/expire`);
  }

  async revoke(grant) {
    await this.#ask("DELETE", `/grants/${grant.number}`);
  }

  async consent(answer, { earner, times } = {}) {
    await this.#ask("PUT", "/consent", { answer, earner, times });
  }

  async badges(earner) {
    return (await this.#ask("GET", `/badges?${new URLSearchParams({ earner })}`)).badges;
  }

  async now() {
    return (await this.#ask("GET", "/clock")).now;
  }

  async advance(seconds) {
    return (await this.#ask("POST", "/clock", { advance: seconds })).now;
  }

  async arm(...rules) {
    return (await this.#ask("POST", "/rules", rules)).rules.map((rule) => rule.id);
  }

  async disarm(rule) {
    const path = rule === undefined ? "/rules" : `/rules/${encodeURIComponent(rule)}`;
    return (await this.#ask("DELETE", path)).disarmed;
  }

  async journal(filters = {}) {
    const query = new URLSearchParams({ limit: EVERYTHING, ...filters });
    return (await this.#ask("GET", `/journal?${query}`)).exchanges;
  }

  async wait(filters = {}) {
    const query = new URLSearchParams({ limit: EVERYTHING, ...filters });
    return this.#ask("GET", `/journal/wait?${query}`);
  }

  async situations() {
    return (await this.#ask("GET", "/situations")).situations;
  }

  async enter(situation) {
    await this.#ask("PUT", "/situation", { situation });
  }

  async verdict() {
    return this.#ask("GET", "/verdict");
  }

  async close() {
    const end = this.#end;
    this.#end = async () => {};
    await end();
  }

  async [Symbol.asyncDispose]() {
    await this.close();
  }

  async #ask(method, path, body) {
    const url = `${this.url}/_mock${path}`;
    const headers = { "Content-Type": "application/json" };
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`;
    const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    let answer;
    try {
      answer = JSON.parse(text || "{}");
    } catch {
      throw new MockRefused(method, url, response.status, { message: "not a mock Backpack: no JSON" });
    }
    if (!response.ok) throw new MockRefused(method, url, response.status, answer);
    return answer;
  }
}
