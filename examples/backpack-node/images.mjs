// Check whether bytes are a valid image for a badge: PNG or SVG.

import { crc32, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const SVG = /^\ufeff?\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*|<!doctype[^>]*>\s*)*<(\w+:)?svg[\s>/]/i;

export function isImage(content) {
  return isPng(content) || SVG.test(content.toString());
}

// Complete chunks with correct checksums, header first, end last, and pixels that can be decompressed.
function isPng(content) {
  if (!content.subarray(0, 8).equals(SIGNATURE)) return false;
  const kinds = [];
  const pixels = [];
  for (let at = 8; kinds.at(-1) !== "IEND"; ) {
    if (at + 12 > content.length) return false;
    const end = at + 8 + content.readUInt32BE(at);
    if (end + 4 > content.length || crc32(content.subarray(at + 4, end)) !== content.readUInt32BE(end)) return false;
    const kind = content.toString("latin1", at + 4, at + 8);
    kinds.push(kind);
    if (kind === "IDAT") pixels.push(content.subarray(at + 8, end));
    at = end + 4;
  }
  return kinds[0] === "IHDR" && isInflated(Buffer.concat(pixels));
}

function isInflated(packed) {
  try {
    return inflateSync(packed).length > 0;
  } catch {
    return false;
  }
}
