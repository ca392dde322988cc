// The same figures in a page without a kernel; export.py writes what this reads.

import { makeStore } from "./store.js";
import { View } from "./view.js";

/** The part of a widget's model that Store uses, over what the page holds. */
class Model {
  constructor(state) {
    this.state = state;
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    this.state[name] = value;
  }
  save_changes() {}
  send() {}
  on() {}
  off() {}
}

/** Bytes from base64 text, inflated if they were deflated. */
async function decode(text, deflated) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  if (!deflated) return bytes.buffer;
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(inflated).arrayBuffer();
}

/** Replace each {"$bytes": [start, length]} by a view of the buffer. */
function withBytes(value, buffer) {
  if (Array.isArray(value)) return value.map((item) => withBytes(item, buffer));
  if (value === null || typeof value !== "object") return value;
  if (value.$bytes) return new DataView(buffer, ...value.$bytes);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withBytes(item, buffer)]),
  );
}

async function show(place) {
  const [state, data] = place.querySelectorAll("script");
  const buffer = await decode(data.textContent, data.dataset.deflated === "true");
  const model = new Model(withBytes(JSON.parse(state.textContent), buffer));
  place.replaceChildren();
  new View(makeStore(model), place);
}

document.querySelectorAll(".live-embed").forEach(show);
