// The prediction gate, and guess and truth after it; as in practice/gate.py.

import { PageCard } from "./page_card.js";
import { comparisonView, guessIsRight, optionViews, readGuess, shownGuess } from "./prediction.js";
import { noPrediction, predictionStanding } from "./standing.js";

export class GateCard extends PageCard {
  static actions = ["guess", "skip", "change"];

  /** @param {object} asked the prediction, as `cards.py` writes it */
  constructor(kept, asked) {
    super(kept);
    this.asked = asked;
    this.forget();
  }

  forget() {
    this.changing = false;
    this.problem = "";
  }

  guess({ value, confidence }) {
    const read = readGuess(this.asked, value, confidence);
    this.problem = read.problem;
    if (read.problem) {
      this.say(read.problem);
      return;
    }
    this.changing = false;
    this.keep(read.value, Number(confidence));
  }

  keep(guess, confidence) {
    this.kept.record("guess", { prediction: this.asked.id, guess, confidence });
    this.say("Your guess is noted. Now the demo.");
  }

  skip() {
    this.forget();
    if (this.standing().guess === null) this.kept.record("skip", { prediction: this.asked.id });
    this.say("Skipped. The demo is below.");
  }

  change() {
    this.changing = this.standing().truth === null;
    this.problem = "";
    this.say("");
  }

  /** Whether the way to the demo is free: guessed, skipped, or the truth is known. */
  get passed() {
    const { guess, skipped, truth } = this.standing();
    return guess !== null || skipped || truth !== null;
  }

  standing() {
    return predictionStanding(this.kept.events, this.asked.id);
  }

  describe() {
    const standing = this.standing();
    const view = { kind: "gate", title: "Predict first", id: this.asked.id, text: this.asked.text };
    const asks = !this.passed || (this.changing && standing.truth === null);
    return { ...view, ...(asks ? this.formView() : this.afterView(standing)) };
  }

  formView() {
    const { kind, unit, allowance, confidences } = this.asked;
    return {
      phase: "question",
      hint: "You can skip this; the demo works either way.",
      input: kind,
      options: optionViews(this.asked, this.kept.learner),
      unit,
      allowance: kind === "number" ? allowance : "",
      confidences,
      problem: this.problem,
    };
  }

  afterView(standing) {
    const { truth, guess, confidence } = standing;
    const view = { phase: "waiting", comparison: null, can_change: truth === null };
    if (truth !== null) view.comparison = comparisonView(this.asked, standing);
    else if (guess !== null) view.guess = shownGuess(this.asked, guess, confidence);
    return view;
  }
}

export class RevealCard extends PageCard {
  static actions = ["show_truth"];

  /** @param {{asked: object, truth: string|number, note: string}} data */
  constructor(kept, { asked, truth, note }) {
    super(kept);
    Object.assign(this, { asked, truth, note });
  }

  // The page says "show", which is what every card does to be drawn.
  send({ do: action, ...details }) {
    super.send({ do: action === "show" ? "show_truth" : action, ...details });
  }

  show_truth() {
    const { guess, truth: known } = this.standing();
    if (known === null) {
      const { asked, truth, note } = this;
      const right = guess !== null && guessIsRight(asked, guess, truth);
      this.kept.record("truth", { prediction: asked.id, truth, note, right });
    }
    this.say(comparisonView(this.asked, this.standing()).verdict);
  }

  standing() {
    return predictionStanding(this.kept.events, this.asked.id);
  }

  describe() {
    const standing = this.standing();
    const view = { kind: "reveal", id: this.asked.id, title: "Guess and truth" };
    if (standing.truth !== null) {
      return { ...view, phase: "shown", comparison: comparisonView(this.asked, standing) };
    }
    const guessed = standing.guess !== null;
    return {
      ...view,
      phase: "hidden",
      text: guessed
        ? "You have made your guess. When you have tried the demo:"
        : "You have not guessed yet. The question stands above the demo.",
      button: guessed ? "Compare with my guess" : "Show it without a guess",
    };
  }
}

/** A missed prediction, asked from memory: the demo has been seen. */
export class AgainCard extends GateCard {
  constructor(kept, asked) {
    super(kept, asked);
    this.again = noPrediction();
  }

  keep(guess, confidence) {
    const { truth, note } = super.standing();
    const right = guessIsRight(this.asked, guess, truth);
    this.again = { ...noPrediction(), guess, confidence, truth, note, right };
    this.kept.record("guess again", { prediction: this.asked.id, guess, right });
    this.say(right ? "Right this time." : "Not yet; look at the demo again.");
  }

  skip() {
    const { truth, note } = super.standing();
    this.again = { ...noPrediction(), truth, note };
    this.say("This is what came out.");
  }

  standing() {
    return this.again;
  }

  describe() {
    const view = { ...super.describe(), title: "Predict again" };
    if (view.phase === "question") Object.assign(view, { hint: "", skip: "Show what came out" });
    return view;
  }
}
