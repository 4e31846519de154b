/** The mock refused a call of its admin API. */
export class MockRefused extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** The JSON of the response; `message` says what was expected, what was seen, and where. */
  readonly body: Record<string, unknown>;
}

export interface StartOptions {
  /** The program and its first arguments. Default: `["mock-backpack"]`. */
  command?: string[];
  /** More options of `mock-backpack serve`, such as `["--defect", "token.no-rotation"]`. */
  args?: string[];
  /** How many seconds to wait until it is ready. Default: 30. */
  seconds?: number;
  /** Only requests with this token can use the admin API; this client sends it. */
  adminToken?: string;
}

export interface ConnectOptions {
  /** The token that the mock was started with (`--admin-token`). */
  adminToken?: string;
}

export interface SandboxShape {
  name?: string;
  /** A situation for issuers, such as `expired-token`. */
  situation?: string;
  rules?: Rule[];
  /** Lifetime of an access token, in seconds. */
  expires?: number;
  token_length?: number;
  seed?: string;
}

/** A fault or defect: in words, such as `http.unavailable count=1`, or as an object. */
export type Rule =
  | string
  | ({ fault: string } | { defect: string }) & {
      with?: Record<string, unknown>;
      match?: { endpoint?: string; origin?: string; earner?: string; method?: string };
      when?: { skip?: number; count?: number; probability?: number; after?: number | string; for?: number | string };
      note?: string;
    };

export interface Grant {
  number: number;
  access_token: string;
  refresh_token: string;
  expires: string;
  api_root: string;
  /** The value of the header `Authorization` for the API. */
  authorization: string;
}

export interface Exchange {
  number: number;
  at: number;
  endpoint: string | null;
  earner: string | null;
  origin: string | null;
  attempt: number;
  request: Record<string, unknown>;
  answer: Record<string, unknown> | null;
  applied: unknown[];
  broke: string[];
  [member: string]: unknown;
}

export interface JournalFilters {
  endpoint?: string;
  method?: string;
  earner?: string;
  origin?: string;
  path?: string;
  status?: string | number;
  rule?: string;
  broke?: string;
  since?: number;
  limit?: number;
  secrets?: "shown";
}

export interface Verdict {
  /** Ids of the requirements that failed. */
  failed: string[];
  requirements: {
    id: string;
    outcome: "passed" | "failed" | "untested";
    findings: { expected: string; saw: string; exchange: number }[];
    reason?: string;
  }[];
  [member: string]: unknown;
}

/** Start a mock on a free port of this machine; `close()` stops it. */
export function start(options?: StartOptions): Promise<Mock>;

/** Use a mock that is running. */
export function connect(url: string, options?: ConnectOptions): Promise<Mock>;

/** A mock, or one sandbox of it. */
export class Mock {
  constructor(url: string, options?: ConnectOptions);
  /** Its URL: the root of the Backpack. */
  readonly url: string;
  /** Where issuers send earners. */
  readonly accessUrl: string;
  /** The script that issuers load. */
  readonly issuerJs: string;
  health(): Promise<Record<string, unknown>>;
  /** A fresh sandbox; `close()` deletes it. */
  sandbox(shape?: SandboxShape): Promise<Mock>;
  /** Back to the initial state. */
  reset(): Promise<void>;
  /** A grant without a browser. */
  grant(earner: string, origin: string, scope?: string): Promise<Grant>;
  /** Expire the access token of a grant. */
  expire(grant: Grant): Promise<void>;
  /** Revoke all grants of the same earner and origin. */
  revoke(grant: Grant): Promise<void>;
  /** Let the access page answer without a page. */
  consent(answer: "grant" | "deny" | "page", choice?: { earner?: string; times?: number }): Promise<void>;
  badges(earner: string): Promise<Record<string, unknown>[]>;
  /** The time of the mock, in Unix seconds. */
  now(): Promise<number>;
  /** Advance the clock; its time then. */
  advance(seconds: number): Promise<number>;
  /** Add faults or defects; the ids of the rules. */
  arm(...rules: Rule[]): Promise<string[]>;
  /** Remove a rule, or all; the rules, with how often each `fired`. */
  disarm(rule?: string): Promise<Record<string, unknown>[]>;
  /** The exchanges that match all filters, oldest first. */
  journal(filters?: JournalFilters): Promise<Exchange[]>;
  /** Wait until `count` exchanges match, at most `timeout` seconds. */
  wait(filters?: JournalFilters & { count?: number; timeout?: number }): Promise<{ answer: string; exchanges: Exchange[] }>;
  situations(): Promise<Record<string, unknown>[]>;
  /** Reset to a situation. */
  enter(situation: string): Promise<void>;
  /** The verdict on the issuer that used this sandbox. */
  verdict(): Promise<Verdict>;
  /** Stop the mock, or delete the sandbox. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
