// MOCK_BACKPACK is the command that starts a mock, as a JSON array; default: mock-backpack.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as client from "../index.mjs";

const command = JSON.parse(process.env.MOCK_BACKPACK ?? '["mock-backpack"]');
const ada = "ada@example.org";
const origin = "http://127.0.0.1:8080";
let mock;

before(async () => {
  mock = await client.start({ command });
});
after(() => mock.close());

const identity = (grant) =>
  fetch(`${grant.api_root}/identity`, { headers: { Authorization: grant.authorization } });

test("a grant works until it expires", async () => {
  const sandbox = await mock.sandbox();
  const grant = await sandbox.grant(ada, origin);
  assert.equal((await identity(grant)).status, 200);
  const now = await sandbox.now();
  assert.ok((await sandbox.advance(3600)) >= now + 3600);
  assert.equal((await identity(grant)).status, 401);
  const [first, second] = await sandbox.journal({ endpoint: "identity" });
  assert.deepEqual([first.answer.status, second.answer.status], [200, 401]);
  assert.deepEqual(await sandbox.badges(ada), []);
  await sandbox.close();
  await sandbox.close();
  await assert.rejects(sandbox.health(), client.MockRefused);
});

test("a grant is revoked, another expires", async () => {
  const sandbox = await mock.sandbox();
  const grants = [await sandbox.grant(ada, origin), await sandbox.grant("grace@example.org", origin)];
  await sandbox.revoke(grants[0]);
  await sandbox.expire(grants[1]);
  for (const grant of grants) assert.equal((await identity(grant)).status, 401);
  await sandbox[Symbol.asyncDispose](); // what `await using` calls
});

test("faults act as often as they are told", async () => {
  const sandbox = await mock.sandbox();
  const [rule] = await sandbox.arm("http.unavailable count=1", { defect: "token.no-rotation" });
  const grant = await sandbox.grant(ada, origin);
  assert.equal((await identity(grant)).status, 503);
  assert.equal((await identity(grant)).status, 200);
  assert.equal((await sandbox.disarm(rule))[0].fired, 1);
  assert.equal((await sandbox.disarm()).length, 1);
  await sandbox.close();
});

test("the verdict names what an issuer did wrong", async () => {
  const sandbox = await mock.sandbox({ situation: "healthy" });
  const grant = await sandbox.grant(ada, origin);
  await fetch(`${grant.api_root}/identity`, { headers: { Authorization: `Bearer ${grant.access_token}` } });
  assert.deepEqual((await sandbox.verdict()).failed, ["BC-CLIENT-01"]);
  await sandbox.enter("expired-token");
  assert.deepEqual((await sandbox.verdict()).failed, []);
  assert.ok((await sandbox.situations()).length > 20);
  await sandbox.close();
});

test("consent is answered without a page", async () => {
  const sandbox = await mock.sandbox();
  await sandbox.consent("deny", { earner: ada, times: 1 });
  const callback = encodeURIComponent(`${sandbox.url}/issuer.js`);
  const answer = await fetch(`${sandbox.accessUrl}?scope=issue&callback=${callback}`, { redirect: "manual" });
  assert.match(answer.headers.get("location"), /error=access_denied/);
  const { answer: waited } = await sandbox.wait({ endpoint: "access", timeout: 0 });
  assert.equal(waited, "yes");
  await sandbox.reset();
  assert.deepEqual(await sandbox.journal(), []);
  await sandbox.close();
});

test("a running mock is joined", async () => {
  const joined = await client.connect(`${mock.url}/`);
  assert.equal((await joined.health()).name, "mock-backpack");
  await joined.close(); // it goes on
  assert.equal((await mock.health()).status, "ok");
});

test("only who has the admin token controls the mock", async () => {
  const guarded = await client.start({ command, adminToken: "a token" });
  await assert.rejects(client.connect(guarded.url), client.MockRefused);
  const joined = await client.connect(guarded.url, { adminToken: "a token" });
  const sandbox = await joined.sandbox();
  assert.equal((await sandbox.health()).status, "ok");
  await guarded.close();
});

test("the journal is whole", async () => {
  const sandbox = await mock.sandbox();
  for (let number = 0; number < 101; number += 1) await fetch(sandbox.issuerJs);
  assert.equal((await sandbox.journal()).length, 101);
  await sandbox.close();
});

test("what is refused says why", async () => {
  await assert.rejects(mock.arm("http.unavailabel"), (error) => {
    assert.ok(error instanceof client.MockRefused);
    assert.equal(error.status, 400);
    assert.match(error.message, /did you mean http\.unavailable/);
    return true;
  });
});

test("what does not start says why", async () => {
  await assert.rejects(client.start({ command: ["no-such-program"] }), /no-such-program/);
  await assert.rejects(client.start({ command, args: ["--no-such-option"] }), /no-such-option/i);
});

test("what is no mock is not taken for one", async () => {
  const { createServer } = await import("node:http");
  const server = createServer((_, response) => response.end("<h1>It works!</h1>"));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  await assert.rejects(client.connect(`http://127.0.0.1:${server.address().port}`), /no JSON/);
  server.close();
  server.closeAllConnections();
});
