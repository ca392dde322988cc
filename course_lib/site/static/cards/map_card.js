// The map of the course, and the progress kept in this browser; as in practice/map_card.py.

import { COURSE_NAME } from "./progress_text.js";
import { PageCard } from "./page_card.js";
import { exerciseStanding, predictionStanding, quizStanding } from "./standing.js";

/** Where the progress is seen, saved, added to and cleared. */
export class ProgressCard extends PageCard {
  static actions = ["refresh", "export", "export_aside", "import_file", "ask_reset", "keep", "reset"];

  /** These say what is wrong with the progress whoever else does. */
  static keeper = true;

  constructor(kept) {
    super(kept);
    this.asking = false;
    this.message = "";
  }

  refresh() {
    this.kept.refresh();
  }

  export() {
    this.tell({
      type: "download", name: `${COURSE_NAME}-progress.json`, text: this.kept.exportText(),
    });
    this.announce("Your progress is in your downloads.");
  }

  export_aside({ name }) {
    this.tell({ type: "download", name: `${name}.json`, text: this.kept.asideText(name) });
    this.announce("What was set aside is in your downloads.");
  }

  import_file({ text }) {
    let count;
    try {
      count = this.kept.importText(text);
    } catch (error) {
      this.announce(`${error.message} Nothing was changed.`);
      return;
    }
    const entries = `${count} new entr${count === 1 ? "y" : "ies"}`;
    this.announce(`${count ? entries : "Nothing new"} in this file.`);
  }

  ask_reset() {
    this.asking = true;
    this.message = "";
    this.say("Do you want to begin anew?");
  }

  keep() {
    this.asking = false;
    this.announce("Nothing was changed.");
  }

  reset() {
    if (!this.asking) return;
    this.asking = false;
    this.kept.reset();
    this.announce("You begin anew.");
  }

  announce(message) {
    this.message = message;
    this.say(message);
  }

  describe() {
    return { kind: "progress", title: "Your progress", summary: this.summary(), ...this.keeping() };
  }

  summary() {
    const count = this.kept.events.length;
    if (!count) return "Nothing is kept yet";
    return count === 1 ? "1 entry is kept" : `${count} entries are kept`;
  }

  keeping() {
    return {
      asking: this.asking,
      message: this.message,
      where: "Kept in this browser and nowhere else. To go on in another browser, or in JupyterLab, save "
        + "a copy and add it there, where the map of the course is; a copy saved there can be added here.",
      question: "Begin anew? What this browser keeps of your progress is deleted.",
      aside: this.kept.setAside(),
    };
  }
}

export class MapCard extends ProgressCard {
  static actions = ["mark", ...ProgressCard.actions];

  /**
   * @param {object[]} lessons `number`, `name`, `title`, `link`; whether it is an `extra`, and
   *   whether its tasks are `repairs`; ids of its `tasks`, `questions` and `predictions`
   */
  constructor(kept, { lessons }) {
    super(kept);
    this.lessons = lessons;
  }

  mark({ lesson, done }) {
    const item = this.lessons.find(({ number }) => number === lesson);
    if (!item) throw new Error("there is no such lesson");
    this.kept.record("mark", { lesson: item.number, done: Boolean(done) });
    this.say(`${item.title}: ${lessonStanding(this.kept.events, item).status}.`);
  }

  describe() {
    const { events } = this.kept;
    const rows = this.lessons.map((item) => ({
      number: item.number, title: item.title, link: item.link, ...lessonStanding(events, item),
    }));
    const lessons = rows.filter((_, i) => !this.lessons[i].extra);
    const done = lessons.filter(({ status }) => status === "done").length;
    return {
      kind: "map",
      title: "Your way through the course",
      summary: `${done} of ${lessons.length} lessons done`,
      lessons: rows,
      ...this.keeping(),
    };
  }
}

/** How far the learner is in one lesson: `status`, and `facts`, a list of texts. */
export function lessonStanding(events, item) {
  const tasks = item.tasks.map((id) => exerciseStanding(events, id));
  const asked = item.questions.length;
  const { answers, best } = quizStanding(events, item.name, item.questions);
  const guesses = item.predictions.map((id) => predictionStanding(events, id));
  const passed = tasks.filter((task) => task.passed).length;
  const made = guesses.filter(({ guess }) => guess !== null).length;
  const behind = guesses.some(({ guess, skipped, truth }) =>
    guess !== null || skipped || truth !== null);
  const facts = [];
  if (tasks.length) {
    const [what, how] = item.repairs ? ["Runs", "repaired"] : ["Exercises", "passed"];
    facts.push(`${what}: ${passed} of ${tasks.length} ${how}`);
  }
  if (asked && best !== null) facts.push(`Quiz: ${best} of ${asked} right`);
  else if (asked) facts.push(`Quiz: ${answers.size} of ${asked} answered`);
  if (guesses.length) {
    const right = guesses.filter((guess) => guess.right === true).length;
    facts.push(`Predictions: ${made} of ${guesses.length} made${made ? `, ${right} right` : ""}`);
  }
  const begun = answers.size || best !== null || behind
    || tasks.some(({ tries, hints, solution }) => tries || hints || solution);
  const complete = passed === tasks.length && (!asked || best !== null);
  const called = calledDone(events, item.number);
  if (called || (complete && called === null)) return { status: "done", facts };
  return { status: begun || complete ? "started" : "not started", facts };
}

/** Whether the learner has called a lesson done (true) or not done after all (false). */
function calledDone(events, number) {
  const last = events.findLast(({ kind, lesson }) =>
    kind === "mark" && (lesson === number || (typeof lesson === "boolean" && Number(lesson) === number)));
  return last ? last.done === true : null;
}
