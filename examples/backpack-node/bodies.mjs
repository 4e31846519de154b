// The body of a request, up to a maximum length.

import { Refusal } from "./answers.mjs";

const LONGEST_BODY = 1024 * 1024;

export async function bodyOf(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size <= LONGEST_BODY) parts.push(part); // read everything, or the client would not receive our response
  }
  if (size > LONGEST_BODY) throw new Refusal(413, `a body has at most ${LONGEST_BODY} bytes`);
  return Buffer.concat(parts);
}
