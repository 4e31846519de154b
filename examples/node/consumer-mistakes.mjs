// The consumer of consumer.mjs, each with one mistake that real consumers made.
//
// `node consumer-mistakes.mjs NAME` runs it; the verdict names the requirement in the comment.

import { Consumer, main } from "./consumer.mjs";

// BC21-CLIENT-02, in older-version-first: the manifest has one entry, hopefully.
class TakesTheFirst extends Consumer {
  chosen(listed) {
    return listed[0];
  }
}

// BC21-CLIENT-03, in healthy: another way to send the secret is registered.
class PostsItsSecret extends Consumer {
  metadata(provider) {
    return { ...super.metadata(provider), token_endpoint_auth_method: "client_secret_post" };
  }
}

// BC21-CLIENT-05, in healthy: two parameters are left to their defaults.
class LeavesDefaults extends Consumer {
  authorization(...given) {
    const { code_challenge, code_challenge_method, ...query } = super.authorization(...given);
    return query;
  }
}

// BC21-CLIENT-09, in expired-token: the refresh is sent without credentials, but for the id.
class RefreshesLikeAPage extends Consumer {
  asClient(provider, url, form) {
    if (form.grant_type !== "refresh_token") return super.asClient(provider, url, form);
    const { client_id, client_secret } = provider.client;
    const body = new URLSearchParams({ ...form, client_id, client_secret }).toString();
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    return this.patiently("POST", url, headers, body);
  }
}

// BC21-CLIENT-11, in healthy: the body is a text to fetch, and labelled so.
class ForgetsTheLabel extends Consumer {
  patiently(method, url, headers, body) {
    const { "Content-Type": label, ...others } = headers;
    return super.patiently(method, url, url.endsWith("/assertions") ? others : headers, body);
  }
}

// BC21-CLIENT-14, in created: success is the status 200, and only that; the badge is pushed again.
class WantsTwoHundred extends Consumer {
  isDone(answer) {
    return answer.status === 200;
  }

  async push(provider, assertion) {
    return (await super.push(provider, assertion)) || super.push(provider, assertion);
  }
}

// BC21-CLIENT-15, in duplicate: an array in place of the error ends in an exception, and a retry.
class StumblesOverAnArray extends Consumer {
  async push(provider, assertion) {
    for (let n = 0; n < 3; n += 1) {
      try {
        const answer = await this.call(provider, "POST", "/assertions", JSON.stringify({ assertion }));
        return answer.members.status.error?.trim() === undefined;
      } catch {
        continue;
      }
    }
    return false;
  }
}

// BC21-CLIENT-18, in error-page: the proxy's page is not JSON, and the badge is lost.
class StumblesOverHtml extends Consumer {
  async patiently(method, url, headers, body) {
    return this.ask(method, url, headers, body);
  }
}

// BC21-CLIENT-23, in odd-arrays: both arrays must be there.
class CountsArrays extends Consumer {
  async read(provider) {
    const { members } = await this.call(provider, "GET", "/assertions?limit=50");
    try {
      return [...members.assertions, ...members.signedAssertions];
    } catch {
      return [];
    }
  }
}

const MISTAKES = {
  "first-entry": TakesTheFirst,
  "posted-secret": PostsItsSecret,
  "no-challenge": LeavesDefaults,
  "refresh-by-body": RefreshesLikeAPage,
  "no-label": ForgetsTheLabel,
  "only-200": WantsTwoHundred,
  "array-of-errors": StumblesOverAnArray,
  "html-page": StumblesOverHtml,
  "needs-arrays": CountsArrays,
};

const name = process.argv[2];
if (!Object.hasOwn(MISTAKES, name)) {
  console.error(`expected the name of a mistake: ${Object.keys(MISTAKES).join(", ")}; saw ${name}`);
  process.exit(2);
}
await main(new MISTAKES[name]());
