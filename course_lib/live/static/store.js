// What all views of one figure share: where its controls stand, and the frames.

import { Shared, asFloats } from "./painter.js";
import { Player } from "./player.js";

/** Moves reach the kernel at most this often, in ms; the picture does not wait for it. */
const PUSH_EVERY = 60;
/** Which of the two stores a figure needs. */
export function makeStore(model) {
  return model.get("_scene").stream ? new History(model) : new Store(model);
}

/** A recorded run is played at this pace, in ms; slowly for who asks for less motion. */
const PLAY_EVERY = matchMedia("(prefers-reduced-motion: reduce)").matches ? 500 : 50;

/** After this long without an answer, in ms, the caption says that the kernel is busy. */
const PATIENCE = 400;

/**
 * The frames and the controls' positions of one figure.
 *
 * Frames are found by one number: the positions of all controls, counted like the digits of a
 * number (the last control counts fastest).
 */
export class Store {
  /** @param model the widget's model: get, set, save_changes, send, on, off */
  constructor(model) {
    this.model = model;
    this.scene = model.get("_scene");
    this.controls = this.scene.controls;
    this.indices = this.controls.map((c) => this.indexOf(c, model.get(c.name)));
    this.shared = new Shared();
    this.frames = new Map();
    this.pictures = new Map();
    this.views = new Set();
    this.players = new Map();
    this.asked = null;
    this.waiting = null;
    this.newest = undefined;
    // A page without a kernel has lost it from the start; one that loads pieces has those instead.
    this.whole = this.scene.alone === true && !this.scene.pieces;
    this.lost = this.whole;
    this.takeFrames(this.scene.frames, [this.scene.frames.bytes, this.scene.frames.shapes]);
    for (const picture of this.scene.pictures) this.takePicture(picture);
    this.listen();
    this.send({ type: "hello" });
  }

  listen() {
    this.listeners = {
      "msg:custom": (content, buffers) => this.receive(content, buffers),
      // The connection to the kernel came or went; the next message tells which.
      comm_live_update: () => this.setLost(true),
    };
    for (const control of this.controls) {
      this.listeners[`change:${control.name}`] = () => this.follow(control);
    }
    for (const [event, listener] of Object.entries(this.listeners)) this.model.on(event, listener);
  }

  dispose() {
    clearTimeout(this.pushing);
    clearTimeout(this.waiting);
    for (const player of this.players.values()) player.pause();
    for (const [event, listener] of Object.entries(this.listeners)) this.model.off(event, listener);
    for (const view of this.views) view.dispose();
  }

  // ---------------------------------------------------------------- where the controls stand

  /** The number of the frame the controls point at. */
  get key() {
    return this.controls.reduce((key, c, i) => key * c.values.length + this.indices[i], 0);
  }

  get frame() {
    return this.frames.get(this.key);
  }

  /** The frame to show: until a missing one comes, the newest that came or was shown. */
  get shown() {
    this.newest = this.frame ?? this.newest;
    return this.newest;
  }

  indexOf(control, value) {
    const index = control.values.indexOf(value);
    if (index >= 0 || typeof value !== "number") return Math.max(index, 0);
    const distance = control.values.map((v) => Math.abs(v - value));
    return distance.indexOf(Math.min(...distance));
  }

  /** Move one control; the picture follows. */
  move(control, index) {
    const last = control.values.length - 1;
    this.moveSome(new Map([[control, Math.min(Math.max(index, 0), last)]]));
  }

  /** @param {Map<object, number>} moves control → index */
  moveSome(moves) {
    this.moveAll(this.controls.map((control, i) => moves.get(control) ?? this.indices[i]));
  }

  /** What plays a control of steps; all views share it. */
  playerOf(control) {
    if (!this.players.has(control)) this.players.set(control, new Player(this, control));
    return this.players.get(control);
  }

  reset() {
    for (const player of this.players.values()) player.pause();
    this.moveAll(this.controls.map((control) => control.start));
  }

  moveAll(indices) {
    if (indices.every((index, i) => index === this.indices[i])) return;
    this.indices = indices;
    this.moved();
    this.pushing ??= setTimeout(() => this.push(), PUSH_EVERY);
  }

  /** Tell the kernel where the controls stand now. */
  push() {
    this.pushing = undefined;
    this.controls.forEach((c, i) => this.model.set(c.name, c.values[this.indices[i]]));
    this.attempt(() => this.model.save_changes());
  }

  /** The kernel, or a linked widget, moved a control. */
  follow(control) {
    const i = this.controls.indexOf(control);
    const index = this.indexOf(control, this.model.get(control.name));
    // What is on its way to the kernel is newer.
    if (this.pushing !== undefined || this.indices[i] === index) return;
    this.indices[i] = index;
    this.moved();
  }

  moved() {
    const { frame, key } = this;
    if (frame) this.touch(key, frame);
    else this.ask();
    this.refresh();
  }

  refresh() {
    for (const view of this.views) view.refresh();
  }

  // ---------------------------------------------------------------- frames

  /** Ask for the missing frame: one question at a time, and always the latest. */
  ask() {
    if (this.asked !== null || this.frame || this.whole) return;
    this.asked = this.key;
    this.patient = true;
    this.waiting = setTimeout(() => {
      this.patient = false;
      this.refresh();
    }, PATIENCE);
    this.send({ type: "want", key: this.asked });
  }

  receive(content, buffers) {
    this.lost = false;
    switch (content.type) {
      case "frames": this.takeFrames(content, buffers); break;
      case "picture":
        content.layers.forEach((layer, i) => (layer.png = buffers[i]));
        this.takePicture(content);
        break;
    }
    this.refresh();
  }

  takeFrames(content, [bytes, shapes]) {
    this.shared.add(content.shared, shapes);
    let start = bytes.byteOffset;
    content.keys.forEach((key, i) => {
      const data = new DataView(bytes.buffer, start, content.sizes[i]);
      this.frames.set(key, {
        key,
        ops: asFloats(data),
        caption: content.captions[i],
        error: content.errors[i] ?? null,
      });
      start += content.sizes[i];
      if (key === this.asked) {
        // The controls may be further already: what came is shown on the way there.
        this.newest = this.frames.get(key);
        this.answered();
      }
    });
    this.forget(content.room);
    if (this.asked === null && !this.frame) this.ask();
  }

  answered() {
    this.asked = null;
    clearTimeout(this.waiting);
  }

  /** On demand, keep the frames used last, within the bytes the kernel allows. */
  forget(room) {
    if (room === undefined) return;
    let bytes = 0;
    for (const frame of this.frames.values()) bytes += frame.ops.byteLength;
    for (const [key, frame] of this.frames) {
      if (bytes <= room) break;
      if (key === this.key) continue;
      this.frames.delete(key);
      bytes -= frame.ops.byteLength;
    }
  }

  /** Mark a frame as used last: a Map keeps its keys in the order they were set. */
  touch(key, frame) {
    this.frames.delete(key);
    this.frames.set(key, frame);
  }

  /** What the caption says of the position: its own text, or why there is none. */
  get caption() {
    if (this.frame) return this.frame.caption;
    const { pieces } = this.scene;
    if (this.whole) return "This position was not computed.";
    if (this.lost && pieces) return "This position could not be loaded. Move on, and back, to retry.";
    if (this.lost) return "This position was not computed; run the cell again.";
    const patient = this.asked !== null && this.patient;
    if (patient) return this.newest?.caption ?? null;
    return pieces ? "Loading this position …" : "Waiting for the kernel …";
  }

  // ---------------------------------------------------------------- pictures of what stands still

  takePicture({ theme, resolution, layers }) {
    const decoded = Promise.all(
      layers.map(async ({ png, box, gap }) => {
        const image = await createImageBitmap(new Blob([png], { type: "image/png" }));
        return { image, box, gap };
      }),
    );
    const name = `${theme} ${resolution}`;
    this.pictures.set(name, { name, theme, decoded });
    for (const view of this.views) view.restyle();
  }

  /**
   * The pictures of what stands still, for a theme and a resolution (1 or 2 pixels for one of the
   * figure). While they are on their way: those that are there.
   */
  layersFor(theme, resolution) {
    const wanted = `${theme} ${resolution}`;
    if (!this.pictures.has(wanted)) {
      this.pictures.set(wanted, { name: wanted, theme, decoded: null });
      this.send({ type: "picture", theme, resolution });
    }
    const there = [...this.pictures.values()].filter(({ decoded }) => decoded !== null);
    return (
      there.find(({ name }) => name === wanted) ??
      there.find(({ name }) => name.startsWith(theme)) ??
      there[0]
    );
  }

  // ---------------------------------------------------------------- the kernel

  attach(view) {
    this.views.add(view);
    this.send({ type: "views", count: this.views.size });
  }

  detach(view) {
    this.views.delete(view);
    // A closed notebook plays no more: nobody looks, and its kernel may not be reached.
    if (this.views.size === 0) for (const player of this.players.values()) player.pause();
    this.send({ type: "views", count: this.views.size });
  }

  send(message) {
    this.attempt(() => this.model.send(message));
  }

  /** Do something that needs the connection to the kernel, which may be gone. */
  attempt(action) {
    try {
      action();
    } catch {
      this.setLost(true);
    }
  }

  setLost(lost) {
    this.lost = lost;
    if (lost) this.answered();
    this.refresh();
  }
}

/**
 * The frames of a run, found by the number of their record. The controls move no picture here:
 * they are read by the run. Which record is shown is chosen by the reader: `pinned`, or the latest.
 */
export class History extends Store {
  constructor(model) {
    super(model);
    this.pinned = null;
  }

  listen() {
    super.listen();
    this.listeners["change:_state"] = () => this.refresh();
    this.model.on("change:_state", this.listeners["change:_state"]);
  }

  /** { status, text }: what the run is doing. */
  get state() {
    return this.model.get("_state");
  }

  /** The numbers of the records that have a frame, in order. */
  get numbers() {
    this.sorted ??= [...this.frames.keys()].sort((a, b) => a - b);
    return this.sorted;
  }

  takeFrames(content, buffers) {
    super.takeFrames(content, buffers);
    this.sorted = undefined;
  }

  get key() {
    return this.pinned ?? this.latest;
  }

  get latest() {
    return this.numbers.at(-1);
  }

  /** Show the frame at this place of the history; the last place follows the run. */
  show(index) {
    const { numbers } = this;
    this.pinned = index >= numbers.length - 1 ? null : numbers[index];
    this.refresh();
  }

  /** Play the history from where it stands, or from its beginning if it stands at the end. */
  playOrPause() {
    if (this.playing !== undefined) return this.stopPlaying();
    let index = this.numbers.indexOf(this.key);
    if (index === this.numbers.length - 1) index = -1;
    this.playing = setInterval(() => {
      index += 1;
      this.show(index);
      if (index >= this.numbers.length - 1) this.stopPlaying();
    }, PLAY_EVERY);
    this.refresh();
  }

  stopPlaying() {
    clearInterval(this.playing);
    this.playing = undefined;
    this.refresh();
  }

  dispose() {
    clearInterval(this.playing);
    super.dispose();
  }

  run(action) {
    // Who looks back and pauses wants to go on looking.
    if (action !== "pause") this.pinned = null;
    this.send({ type: "run", action });
  }

  receive(content, buffers) {
    if (content.type === "clear") {
      this.frames.clear();
      this.sorted = undefined;
      this.pinned = null;
      return;
    }
    if (content.type === "thin") {
      const { latest } = this;
      for (const number of this.numbers) {
        if (number % content.stride !== 0 && number !== latest) this.frames.delete(number);
      }
      this.sorted = undefined;
      // What was pinned may be gone: its neighbour before it is still there.
      if (this.pinned !== null && !this.frames.has(this.pinned)) {
        this.pinned = this.numbers.findLast((number) => number <= this.pinned);
      }
    }
    super.receive(content, buffers);
  }

  moved() {
    this.refresh();
  }

  touch() {}

  ask() {}

  get caption() {
    return this.frame?.caption ?? null;
  }
}
