// The Service Description Document: an OpenAPI document that says where everything is.

import { SCOPES } from "./oauth.mjs";

export function document(root, base) {
  const flow = {
    authorizationUrl: `${root}/authorize`, tokenUrl: `${root}/token`, refreshUrl: `${root}/token`,
    scopes: Object.fromEntries(SCOPES.map((name) => [name, name.split("/").at(-1)])),
  };
  const scheme = { type: "oauth2", "x-imssf-registrationUrl": `${root}/register`, "x-imssf-revocationUrl": `${root}/revoke`, flows: { authorizationCode: flow } };
  const call = (operationId) => ({ operationId, responses: { default: { description: "As in Open Badges 3.0" } } });
  return {
    openapi: "3.0.1",
    info: { title: "Host in Node", version: "1.0", termsOfService: `${root}/terms`, "x-imssf-privacyPolicyUrl": `${root}/privacy` },
    servers: [{ url: root + base }],
    paths: {
      "/credentials": { get: call("getCredentials"), post: call("upsertCredential") },
      "/profile": { get: call("getProfile") },
    },
    components: { securitySchemes: { OAuth2ACG: scheme } },
  };
}
