// Control functions for tests: over a separate port, or in the same process.

import { bodyOf } from "./bodies.mjs";
import { grantWords } from "./pages.mjs";

export const CONTROLS = {
  advance: ({ store }, seconds) => void (store.offset += seconds),
  reset: ({ store }) => store.forget(),
  badges: ({ store }, email) => [...(store.earners.get(email)?.badges.values() ?? [])].map(({ uid }) => ({ uid })),
  revoke: ({ store }, email, origin) => store.revoke(known(store, email), origin),
  grant({ store, root }, email, origin, scopes) {
    return grantWords(store.grant(known(store, email), origin, scopes), store, root);
  },
};

function known(store, email) {
  return store.earners.get(email) ?? store.register(email, "");
}

// `POST /advance` with a JSON array of arguments, and so on.
export function control(backpack) {
  return async (request, response) => {
    try {
      const found = CONTROLS[request.url.slice(1)](backpack, ...JSON.parse(await bodyOf(request)));
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(found ?? null));
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  };
}
