// Fetch documents of issuers, with limits for size, time and redirects, and never from forbidden addresses.

import dns from "node:dns";
import http from "node:http";
import https from "node:https";
import { BlockList, isIP } from "node:net";

import { Refusal } from "./answers.mjs";

const LONGEST = 1024 * 1024;
const MOST_REDIRECTS = 5;
const PATIENCE = 5000; // for all documents of one badge
const LINK_LOCAL = "169.254.0.0/16"; // a Backpack on the open internet denies its own network as well

export class Fetcher {
  constructor(deny) {
    this.denied = new BlockList();
    for (const network of [LINK_LOCAL, ...deny]) {
      const [address, bits] = network.split("/");
      const kind = isIP(address) === 6 ? "ipv6" : "ipv4";
      if (bits === undefined) this.denied.addAddress(address, kind);
      else this.denied.addSubnet(address, Number(bits), kind);
    }
  }

  // A function that gets the bytes at a URL, for the time that one badge may take.
  visit() {
    const signal = AbortSignal.timeout(PATIENCE);
    return (url) => this.get(url, signal);
  }

  async get(url, signal) {
    let at = url;
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const { status, location, content } = await this.once(at, signal).catch((error) => {
        throw error instanceof Refusal ? error : new Refusal(400, `${url} cannot be fetched`);
      });
      if (status === 200) return content;
      if (![301, 302, 303, 307, 308].includes(status) || !URL.canParse(location, at)) {
        throw new Refusal(400, `${url} answers ${status}, not 200`);
      }
      at = new URL(location, at).href;
    }
    throw new Refusal(400, `${url} redirects more than ${MOST_REDIRECTS} times`);
  }

  async once(url, signal) {
    const { protocol, hostname } = new URL(url);
    const client = { "http:": http, "https:": https }[protocol];
    if (!client) throw new Refusal(400, `${url} is no web address`);
    this.allow(hostname.replace(/^\[|\]$/g, "")); // a literal address is not resolved, so check it here
    const response = await new Promise((resolve, reject) => {
      client.get(url, { agent: false, signal, lookup: this.lookup }, resolve).on("error", reject);
    });
    return { status: response.statusCode, location: response.headers.location ?? "", content: await whole(response) };
  }

  allow(address) {
    const version = isIP(address);
    if (version && this.denied.check(address, `ipv${version}`)) throw new Refusal(400, `${address} is out of bounds`);
  }

  // Connect to the checked address, so that a name cannot change its address in between.
  lookup = (hostname, options, done) => {
    dns.lookup(hostname, options, (error, found, family) => {
      try {
        if (!error) for (const one of [found].flat()) this.allow(one.address ?? one);
      } catch (refusal) {
        error = refusal;
      }
      done(error, found, family);
    });
  };
}

async function whole(response) {
  const parts = [];
  let size = 0;
  for await (const part of response) {
    size += part.length;
    if (size > LONGEST) throw new Error("too long"); // leaving the loop ends the connection
    parts.push(part);
  }
  return Buffer.concat(parts);
}
