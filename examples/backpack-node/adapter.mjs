// An adapter that speaks JSON lines: it starts our Backpack in its own process, and uses its control functions.
//
//   backpack-conformance run --adapter-command "node adapter.mjs"

import { createInterface } from "node:readline";

import { CONTROLS } from "./control.mjs";
import { serve } from "./server.mjs";

let backpack;
let accounts = 0;

const METHODS = {
  async start() {
    backpack = await serve({ deny: ["127.0.0.2"] });
    return { url: `${backpack.root}/` };
  },
  stop: () => backpack.server.close(),
  earner: () => ({ email: `earner-${++accounts}@example.org`, password: "correct horse" }),
  grant: ({ earner, callback, scope }) => CONTROLS.grant(backpack, earner, new URL(callback).origin, scope),
  advance: ({ seconds }) => CONTROLS.advance(backpack, seconds),
  badges: ({ earner }) => CONTROLS.badges(backpack, earner),
  revoke: ({ earner, origin }) => CONTROLS.revoke(backpack, earner, origin),
};

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

say({ protocol: 1, methods: Object.keys(METHODS) });
for await (const line of createInterface({ input: process.stdin })) {
  const { id, call, arguments: given } = JSON.parse(line);
  try {
    const result = await METHODS[call](given);
    say({ id, result: ["earner", "grant", "badges", "start"].includes(call) ? result : null });
  } catch (error) {
    say({ id, error: String(error) });
  }
}
process.exit();
