// The cause card: what ails a run? As in practice/cause_card.py.

import { seal, shuffled } from "./ordering.js";
import { PageCard, elementAt } from "./page_card.js";

export class CauseCard extends PageCard {
  static actions = ["submit", "go_on"];

  /** @param {object} data `id`, `number`, `count`, `key`, `causes`: [{id, text, evidence}] */
  constructor(kept, data) {
    super(kept);
    this.data = data;
    this.forget();
  }

  forget() {
    this.shown = null;
  }

  submit({ position }) {
    const cause = elementAt(this.ordered(), position);
    if (!this.solved()) {
      this.kept.record("cause", {
        challenge: this.data.id, cause: cause.id, right: this.isCause(cause),
      });
    }
    this.shown = cause;
    this.say(`${this.feedbackView().verdict} ${cause.evidence}`);
  }

  go_on() {
    this.shown = null;
    this.say("");
  }

  describe() {
    const { id, number, count, causes } = this.data;
    const solved = this.solved();
    const view = {
      kind: "quiz",
      title: `Run ${number}: name the cause`,
      id,
      question: id,
      number,
      count,
      marks: [solved ? true : this.shown ? false : null],
      missing: null,
      text: "What is wrong with this run?",
    };
    if (solved) this.shown ??= causes.find((cause) => this.isCause(cause));
    if (this.shown) return { ...view, phase: "feedback", ...this.feedbackView() };
    return { ...view, phase: "question", choices: this.ordered().map(({ text }) => ({ text })) };
  }

  feedbackView() {
    const right = this.isCause(this.shown);
    return {
      choices: this.ordered().map((cause) => ({
        text: cause.text,
        because: cause === this.shown ? cause.evidence : "",
        chosen: cause === this.shown,
        right: right && cause === this.shown,
      })),
      verdict: right ? "That is it. Now repair it." : "The run speaks against it.",
      right,
      see: null,
      next: right ? "Show the causes again" : "Think again",
    };
  }

  isCause(cause) {
    return seal(this.data.id, cause.id) === this.data.key;
  }

  solved() {
    return this.kept.events.some((event) =>
      event.kind === "cause" && event.challenge === this.data.id && event.right === true);
  }

  ordered() {
    const { causes } = this.data;
    return shuffled(causes.map((cause) => cause.id), this.kept.learner, "causes")
      .map((id) => causes.find((cause) => cause.id === id));
  }
}
