// Live figures in a page that loads them piece by piece; pieces.py writes what this reads.

import { makeStore } from "./store.js";
import { View } from "./view.js";
import { currentTheme } from "./theme.js";
import { element } from "./dom.js";

/** A figure opens when it is this near to what the reader sees. */
const NEAR = "800px";
/** Of a figure with more chunks, only one is loaded before the reader turns to it. */
const FEW = 2;

// ------------------------------------------------------------------ pieces

const expected = new Map();

// Each piece is a script that calls this. Unlike `fetch`, scripts also load from a folder.
globalThis.livePiece = (name, text) => expected.get(name)?.resolve(unpacked(text));

/**
 * Load a piece, once.
 * @param {string} folder address of the figure's folder, with a slash at its end
 * @param {string} name
 * @returns {Promise<object>} the dictionary that was packed, its bytes as DataViews
 */
export function loadPiece(folder, name) {
  const full = folder.split("/").at(-2) + "/" + name;
  const known = expected.get(full);
  if (known) return known.promise;
  const piece = {};
  piece.promise = new Promise((resolve, reject) => Object.assign(piece, { resolve, reject }));
  expected.set(full, piece);
  const script = element("script", { src: `${folder}${name}.js` });
  script.addEventListener("error", () => {
    expected.delete(full); // the next one who needs it asks again
    piece.reject(new Error(`${folder}${name}.js could not be loaded`));
  });
  script.addEventListener("load", () => script.remove());
  document.head.append(script);
  return piece.promise;
}

async function unpacked(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(stream).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
  const state = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return withViews(state, buffer, 4 + length);
}

/** Replace each {"$bytes": [start, length]} by a view of the buffer. */
function withViews(value, buffer, base) {
  if (Array.isArray(value)) return value.map((item) => withViews(item, buffer, base));
  if (value === null || typeof value !== "object") return value;
  if (value.$bytes) return new DataView(buffer, base + value.$bytes[0], value.$bytes[1]);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withViews(item, buffer, base)]),
  );
}

/** Numbers of four bytes from all first bytes, then all second ones, …: `in_planes` of compact.py. */
function fromPlanes({ buffer, byteOffset, byteLength }) {
  const planes = new Uint8Array(buffer, byteOffset, byteLength);
  const count = byteLength / 4;
  const bytes = new Uint8Array(byteLength);
  for (let plane = 0; plane < 4; plane++) {
    for (let i = 0; i < count; i++) bytes[4 * i + plane] = planes[plane * count + i];
  }
  return new DataView(bytes.buffer);
}

// ------------------------------------------------------------------ the kernel's part

// What all frames share came with the head.
const NOTHING_NEW = { from: [0, 0, 0], colors: [], styles: [], shapes: [] };

/** What a Store takes for a widget's model and its kernel: it answers from the pieces. */
class PagedModel {
  /**
   * @param {string} folder
   * @param {object} head
   */
  constructor(folder, head) {
    this.folder = folder;
    this.head = head;
    this.heard = new Map();
    this.taken = new Set();
  }
  get(name) {
    return this.head[name];
  }
  set(name, value) {
    this.head[name] = value;
  }
  save_changes() {}
  on(event, callback) {
    this.heard.set(event, callback);
  }
  off(event) {
    this.heard.delete(event);
  }

  send(message) {
    if (message.type === "picture") this.sendPicture(message.theme, message.resolution);
    if (message.type === "want") this.takeChunk(this.chunkOf(message.key));
  }

  answer(content, buffers) {
    this.heard.get("msg:custom")?.(content, buffers);
  }

  async sendPicture(theme, resolution) {
    const picture = await loadPiece(this.folder, `${theme}-${resolution}`).catch(() => null);
    const pngs = picture?.layers.map(({ png }) => png);
    if (picture) this.answer({ type: "picture", ...picture }, pngs);
  }

  /** The number of the chunk that holds a frame. */
  chunkOf(key) {
    return this.head.chunks.findLastIndex((first) => first <= key);
  }

  async takeChunk(number) {
    if (this.taken.has(number)) return;
    this.taken.add(number);
    try {
      const chunk = await loadPiece(this.folder, `frames-${number}`);
      const content = { type: "frames", shared: NOTHING_NEW, ...chunk };
      this.answer(content, [fromPlanes(chunk.planes), new DataView(new ArrayBuffer(0))]);
    } catch {
      this.taken.delete(number);
      this.heard.get("comm_live_update")?.(); // as if the kernel had gone
    }
  }

  /** Load all chunks, one after another, those around `key` first. */
  async takeAll(key) {
    const here = this.chunkOf(key);
    const numbers = this.head.chunks.map((_, number) => number);
    numbers.sort((a, b) => Math.abs(a - here) - Math.abs(b - here));
    for (const number of numbers) await this.takeChunk(number);
  }
}

// ------------------------------------------------------------------ in the page

/**
 * @param {HTMLElement} place holds the still picture; `data-start` says where each control stands
 */
async function openFigure(place) {
  const folder = place.dataset.pieces;
  // The names of the pictures say for which screen they are.
  const look = `${currentTheme()}-${devicePixelRatio > 1 ? 2 : 1}`;
  const [head, picture] = await Promise.all([loadPiece(folder, "head"), loadPiece(folder, look)]);
  const model = new PagedModel(folder, opened(head, picture, place));
  const store = makeStore(model);
  const shown = head._scene.stream ? model.takeAll(0) : model.takeChunk(model.chunkOf(store.key));
  await shown;
  place.replaceChildren();
  place.classList.add("live-open");
  const view = new View(store, place);
  const load = () => model.takeAll(store.key);
  if (head.chunks.length <= FEW) load();
  for (const sign of ["pointerenter", "focusin", "touchstart"]) {
    place.addEventListener(sign, load, { once: true, passive: true });
  }
  return () => (view.dispose(), store.dispose());
}

/** The head of a figure as it opens here: two places may show one figure, each at its own point. */
function opened(head, picture, place) {
  const starts = (place.dataset.start || "").split(" ").map(Number);
  const controls = head._scene.controls.map((control, i) => ({ ...control, start: starts[i] ?? 0 }));
  const alt = place.querySelector("img")?.alt || head._scene.alt;
  const values = controls.map(({ name, values, start }) => [name, values[start]]);
  const scene = { ...head._scene, controls, alt, pictures: [picture] };
  return { ...head, ...Object.fromEntries(values), _scene: scene };
}

/**
 * Open the figures inside an element as the reader comes near to them.
 * @param {ParentNode} root
 * @returns {() => void} ends them
 */
export function openFigures(root) {
  return whenNear(root.querySelectorAll(".live-pieces"), openFigure);
}

/**
 * Call `open` for each place that comes near to what the reader sees. Where it fails, the picture
 * stays, with a word on it.
 * @param {Iterable<HTMLElement>} places
 * @param {(HTMLElement) => Promise<() => void>} open gives what ends it again
 * @returns {() => void} ends all that were opened
 */
export function whenNear(places, open) {
  const ends = [];
  const near = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        open(target).then(
          (end) => ends.push(end),
          (error) => sayMissing(target, error, () => near.observe(target)),
        );
      }
    },
    { rootMargin: NEAR },
  );
  for (const place of places) near.observe(place);
  return () => {
    near.disconnect();
    for (const end of ends) end();
  };
}

function sayMissing(place, error, tryAgain) {
  console.warn(error);
  const again = element("button", { type: "button" }, ["Try again"]);
  const note = element("p", { class: "live-missing", role: "status" }, [
    "The live version could not be loaded. ", again,
  ]);
  again.addEventListener("click", () => {
    note.remove();
    tryAgain();
  });
  place.append(note);
}
