// What the learner has done, kept in the browser; the counterpart of practice/store.py.

import { COURSE_NAME, Damaged, NewerVersion, dumpProgress, newDocument } from "./progress_text.js";
import { parseProgress, randomHex, rescuedFrom, withEvents } from "./progress_text.js";

export const KEPT_AS = `${COURSE_NAME}-progress`;
const LARGEST_COPY = 20_000_000;

const NOT_KEPT =
  "Your progress is not kept: this browser lets the page store nothing (a private window, a setting, "
  + "or its space is full). Everything works, but it is forgotten when you leave or reload the page. "
  + "Save a copy before, where the map of the course is.";
const OF_LATER_VERSION =
  "Your progress was kept by a later version of the course, so this version leaves it as it is. What "
  + "you do now is remembered until you leave the page. Reload it to get the newer version.";

/** The browser's storage; null where the page may not use it. */
function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/**
 * A list of events that all pages of the course share.
 *
 * Two pages may write at the same moment, and the later text replaces the earlier one. So each page
 * remembers what it has added itself, and adds it again when it finds it missing.
 */
export class KeptProgress {
  /** @param {Storage|null} storage */
  constructor(storage = browserStorage()) {
    this.storage = storage;
    this.held = null;
    this.pending = [];
    this.mine = [];
    this.findings = [];
    this.trouble = storage ? "" : NOT_KEPT;
    this.observers = new Set();
    /** The card that has to say what is wrong. */
    this.speaker = null;
    /** Counts what makes all that was drawn before a thing of the past. */
    this.generation = 0;
  }

  /** Random hex digits that seed the order of the choices; asking for them keeps them. */
  get learner() {
    this.read();
    if (this.held === null) this.save();
    return this.held.learner;
  }

  get events() {
    this.read();
    const saved = this.held?.events ?? [];
    return this.pending.length ? [...saved, ...this.pending] : saved;
  }

  /** What the learner should know: not saved and why, damaged; else empty. */
  get notice() {
    return [...this.findings, this.trouble].filter(Boolean).join("\n");
  }

  /** Add an event; whether it is kept. */
  record(kind, facts) {
    const time = new Date().toISOString().replace(/\.\d+Z$/, "Z");
    const event = { id: randomHex(8), time, kind, ...facts };
    this.add([event]);
    this.changed();
  }

  observe(callback) {
    this.observers.add(callback);
  }

  unobserve(callback) {
    this.observers.delete(callback);
  }

  /** Try to save what waits; see what other pages have added, and tell the observers. */
  refresh() {
    this.read();
    if (this.pending.length) this.save();
    if (this.version() !== this.told) this.changed();
  }

  version() {
    const { events } = this;
    return [this.held?.learner, events.length, events.at(-1)?.id, this.notice].join(" ");
  }

  changed() {
    this.told = this.version();
    for (const callback of [...this.observers]) callback();
  }

  // -------------------------------------------------------------------------- taking along

  exportText() {
    this.read();
    return dumpProgress(withEvents(this.held ?? newDocument(), this.pending));
  }

  /** Add the events of a saved copy; how many of them were new. Throws if it is none. */
  importText(text) {
    if (text.length > LARGEST_COPY) throw new Error("This is too large to be a progress file.");
    let events;
    try {
      ({ events } = parseProgress(text));
    } catch (error) {
      if (error instanceof NewerVersion) {
        throw new Error(`This file comes from a later version of the course: ${error.message}.`);
      }
      throw new Error(`This is not a progress file of the course: ${error.message}.`);
    }
    const known = new Set(this.events.map((event) => event.id));
    const fresh = events.filter((event) => !known.has(event.id));
    this.add(fresh);
    this.changed();
    return fresh.length;
  }

  /** Begin anew; nothing of before stays in this browser. */
  reset() {
    const fresh = newDocument();
    Object.assign(this, { held: fresh, pending: [], mine: [], findings: [] });
    this.generation += 1;
    try {
      for (const name of this.setAside()) this.storage.removeItem(name);
      // By this, other pages know that what they remember is of the past.
      this.storage.setItem(`${KEPT_AS}.anew`, fresh.learner);
      this.write(fresh);
      this.trouble = "";
    } catch {
      this.trouble = NOT_KEPT;
    }
    this.changed();
  }

  /** Names of what was damaged. */
  setAside() {
    try {
      return Object.keys(this.storage).filter((name) => name.startsWith(`${KEPT_AS}.damaged-`)).sort();
    } catch {
      return [];
    }
  }

  asideText(name) {
    return this.setAside().includes(name) ? this.storage.getItem(name) : "";
  }

  // -------------------------------------------------------------------------- the browser's storage

  add(events) {
    this.pending.push(...events);
    this.mine.push(...events);
    if (events.length) this.save();
  }

  /** Take over what the storage holds now; whether it may be written over. */
  read() {
    let text;
    try {
      text = this.storage.getItem(KEPT_AS);
    } catch {
      this.trouble = NOT_KEPT;
      return false;
    }
    if (text === this.left) return false;
    if (text === this.seen || text === null) return true;
    try {
      this.adopt(parseProgress(text));
      this.seen = text;
      if (this.trouble === OF_LATER_VERSION) this.trouble = "";
      return true;
    } catch (error) {
      if (error instanceof Damaged) return this.mend(text, error.message);
      this.trouble = OF_LATER_VERSION;
      return false;
    }
  }

  adopt(found) {
    if (this.held && this.held.learner !== found.learner) {
      this.generation += 1;
      if (this.storage.getItem(`${KEPT_AS}.anew`) === found.learner) this.mine = [];
    }
    const known = new Set([...found.events, ...this.pending].map((event) => event.id));
    this.pending.push(...this.mine.filter((event) => !known.has(event.id)));
    this.held = found;
  }

  /** Set a damaged text aside, and go on with what can be read of it. */
  mend(text, reason) {
    const rescued = withEvents(rescuedFrom(text), this.held?.events ?? []);
    const count = rescued.events.length;
    let number = 1;
    while (this.setAside().includes(`${KEPT_AS}.damaged-${number}`)) number += 1;
    const aside = `${KEPT_AS}.damaged-${number}`;
    try {
      this.storage.setItem(aside, text);
      this.write(rescued);
    } catch {
      this.storage.removeItem(aside);
      this.left = text;
      this.held = rescued;
      this.trouble = `What this browser kept of your progress is damaged (${reason}), and there is `
        + "no space to set it aside. It is left as it is. What you do now is forgotten when you leave.";
      return false;
    }
    this.held = rescued;
    this.findings.push(
      `What this browser kept of your progress was damaged (${reason}). It was set aside as ${aside}; `
      + `${count === 1 ? "1 entry" : `${count || "no"} entries`} could be `
      + "read from it. A copy can be saved where the map of the course is.");
    return true;
  }

  /** Bring what is pending to the storage. */
  save() {
    const free = this.read();
    this.held ??= newDocument();
    if (!free) return;
    const all = withEvents(this.held, this.pending);
    try {
      this.write(all);
    } catch {
      this.trouble = NOT_KEPT;
      return;
    }
    Object.assign(this, { held: all, pending: [], trouble: "" });
  }

  write(held) {
    const text = dumpProgress(held);
    this.storage.setItem(KEPT_AS, text);
    this.seen = text;
  }
}
