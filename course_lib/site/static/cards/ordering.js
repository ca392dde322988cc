// An order that looks random and is the same at every call; as in practice/ordering.py.

import { sha256 } from "./sha256.js";

const digests = new Map();

/** Sixteen hex digits of some texts. They are asked for at each drawing, so they are remembered. */
export function digest(...parts) {
  const text = parts.join("\n");
  if (!digests.has(text)) digests.set(text, sha256(text).slice(0, 16));
  return digests.get(text);
}

/** The texts in an order that depends on the seed, and not on the order they came in. */
export function shuffled(texts, ...seed) {
  const keys = new Map(texts.map((text) => [text, digest(...seed, text)]));
  return [...texts].sort((a, b) => (keys.get(a) < keys.get(b) ? -1 : 1));
}

/** What stands for the answer that is right, so that nobody reads it by chance. */
export const seal = (question, text) => digest("the best answer to", question, "is", text);
