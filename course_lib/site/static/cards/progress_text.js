// The text that progress is kept as: the file of the notebooks; as in practice/progress_file.py.

export const COURSE_NAME = "how-neural-networks-learn";
const PROGRESS_VERSION = 1;

/** A text that is no progress file. */
export class Damaged extends Error {}
/** A file of a version that this course does not know. */
export class NewerVersion extends Error {}

/** Hex digits that nobody else draws. */
export function randomHex(bytes) {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(drawn, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** `{learner, events}`, empty, with a learner of its own. */
export const newDocument = () => ({ learner: randomHex(8), events: [] });

/** The document with those of the events added that it does not hold yet. */
export function withEvents(held, events) {
  const known = new Set(held.events.map((event) => event.id));
  const added = events.filter((event) => !known.has(event.id) && known.add(event.id));
  return added.length ? { ...held, events: [...held.events, ...added] } : held;
}

/** The document as a text; the opposite of `parseProgress`. */
export function dumpProgress({ learner, events }) {
  const head = JSON.stringify({ course: COURSE_NAME, version: PROGRESS_VERSION, learner });
  const lines = events.map((event) => JSON.stringify(event)).join(",\n");
  return `${head.slice(0, -1)}, "events": [\n${lines}\n]}\n`;
}

/**
 * @param {string} text
 * @returns {{learner: string, events: object[]}}
 */
export function parseProgress(text) {
  let held;
  try {
    held = JSON.parse(text);
  } catch (error) {
    throw new Damaged(`it is not JSON (${error.message})`);
  }
  if (!isPlain(held) || held.course !== COURSE_NAME) {
    throw new Damaged("it does not say that it belongs to this course");
  }
  const { version, learner, events } = held;
  if (!Number.isInteger(version) || version < 1) throw new Damaged("its version is not a number");
  if (version > PROGRESS_VERSION) {
    throw new NewerVersion(
      `it has version ${version}; this course knows version ${PROGRESS_VERSION}`);
  }
  if (!isLearner(learner)) throw new Damaged("it names no learner");
  if (!Array.isArray(events) || !events.every(isProgressEvent)) {
    throw new Damaged("its list of events is broken");
  }
  return withEvents({ learner, events: [] }, events);
}

/** What can still be read of a damaged text: each event has a line of its own. */
export function rescuedFrom(text) {
  const learner = text.match(/"learner":\s*"([0-9a-f]{4,64})"/)?.[1] ?? randomHex(8);
  const events = [];
  for (const line of text.split("\n")) {
    try {
      const event = JSON.parse(line.trim().replace(/,$/, ""));
      if (isProgressEvent(event)) events.push(event);
    } catch {
      // This one is lost.
    }
  }
  return withEvents({ learner, events: [] }, events);
}

const isPlain = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isLearner = (value) => typeof value === "string" && /^[0-9a-f]{4,64}$/.test(value);

function isProgressEvent(event) {
  return isPlain(event)
    && ["id", "time", "kind"].every((name) => typeof event[name] === "string" && event[name])
    && Object.values(event).every(
      (value) => value === null || ["string", "number", "boolean"].includes(typeof value));
}
