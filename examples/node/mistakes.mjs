// The issuer of issuer.mjs, each with one mistake that real issuers made.
//
// `node mistakes.mjs NAME` runs it; the verdict names the requirement in the comment.

import { createHash } from "node:crypto";
import { Issuer, main } from "./issuer.mjs";

// BC-CLIENT-08, in already-there: the empty 304 is parsed as JSON, and the error leads to a retry.
class Parses304 extends Issuer {
  async push(assertion) {
    for (let n = 0; n < 3; n += 1) {
      try {
        const answer = await this.patiently("POST", "issue", { badge: assertion });
        return JSON.parse(answer.text).badge !== undefined;
      } catch {
        continue;
      }
    }
    return false;
  }
}

// BC-CLIENT-14, in error-page: the proxy's page is not JSON, and the badge is lost.
class StumblesOverHtml extends Issuer {
  async push(assertion) {
    const answer = await this.ask("POST", "issue", { badge: assertion }, this.grant.access);
    try {
      JSON.parse(answer.text);
      return answer.status === 201;
    } catch {
      return false;
    }
  }
}

// BC-CLIENT-14, in broken-for-good: the loop ends only after fifteen tries.
class TriesForEver extends Issuer {
  async push(assertion) {
    for (let n = 0; n < 15; n += 1) {
      const answer = await this.ask("POST", "issue", { badge: assertion }, this.grant.access);
      if (answer.status < 500) return true;
    }
    return false;
  }
}

// BC-CLIENT-09, in healthy: the router supports only GET.
class KnowsNoHead extends Issuer {
  document(request, path, response) {
    if (request.method === "HEAD") return response.writeHead(405).end();
    return super.document(request, path, response);
  }
}

// BC-CLIENT-03, in healthy: the JSON is sent as text/plain, the default of fetch.
class SendsPlainText extends Issuer {
  async ask(method, endpoint, said, token) {
    const headers = token ? { Authorization: `Bearer ${Buffer.from(token).toString("base64")}` } : {};
    const body = said && JSON.stringify(said);
    const answer = await fetch(`${this.grant.root}/${endpoint}`, { method, headers, body });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }
}

// BC-CLIENT-01, in healthy: the token is in the query as well, for the log.
class PutsTheTokenIntoTheQuery extends Issuer {
  ask(method, endpoint, said, token) {
    const query = token ? `?access_token=${encodeURIComponent(token)}` : "";
    return super.ask(method, endpoint + query, said, token);
  }
}

// BC-CLIENT-06, in expired-token: the refresh uses the parameter names of another API.
class MisnamesTheRefresh extends Issuer {
  ask(method, endpoint, said, token) {
    const wrong = endpoint === "token" ? { grant_type: "refresh_token", token: said.refresh_token } : said;
    return super.ask(method, endpoint, wrong, token);
  }
}

// BC-CLIENT-15, in healthy: the salt is put before the address.
class SaltsBefore extends Issuer {
  recipient({ salt, type }) {
    const digest = createHash("sha256").update(salt + process.env.BACKPACK_EARNER).digest("hex");
    return { identity: `sha256$${digest}`, salt, type, hashed: true };
  }
}

const MISTAKES = {
  "parsed-304": Parses304,
  "html-page": StumblesOverHtml,
  "for-ever": TriesForEver,
  "no-head": KnowsNoHead,
  "plain-text": SendsPlainText,
  "token-in-query": PutsTheTokenIntoTheQuery,
  "misnamed-refresh": MisnamesTheRefresh,
  "salt-first": SaltsBefore,
};

const name = process.argv[2];
if (!Object.hasOwn(MISTAKES, name)) {
  console.error(`expected the name of a mistake: ${Object.keys(MISTAKES).join(", ")}; saw ${name}`);
  process.exit(2);
}
await main(new MISTAKES[name]());
