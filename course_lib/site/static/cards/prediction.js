// What a prediction is; as in practice/question.py and practice/gate.py.

import { fixed, numberTyped, shortNumber } from "./numbers.js";
import { shuffled } from "./ordering.js";

/** The options as one learner sees them. */
export function orderedOptions(asked, ...seed) {
  if (asked.in_order) return asked.options;
  const ids = asked.options.map((option) => option.id);
  return shuffled(ids, ...seed, asked.id).map((id) => optionOf(asked, id));
}

const optionOf = (asked, id) => asked.options.find((option) => option.id === id);
const sketchOf = (asked, option) => asked.pictures[option.sketch] ?? null;

export const optionViews = (asked, learner) => orderedOptions(asked, learner).map((option) => (
  { id: option.id, text: option.text, picture: sketchOf(asked, option) }));

/** Whether a guess came close enough. */
export function guessIsRight(asked, guess, truth) {
  if (asked.kind !== "number") return guess === truth;
  if (asked.margin !== null) return Math.abs(guess - truth) <= asked.margin * (1 + 1e-9);
  if (truth === 0 || guess * truth <= 0) return guess === truth;
  return Math.abs(Math.log(guess / truth)) <= Math.log(asked.factor) * (1 + 1e-9);
}

/** A guess or an outcome as text. */
function inWords(asked, value) {
  if (asked.kind === "number" && typeof value === "number") {
    return shortNumber(value) + (asked.unit ? ` ${asked.unit}` : "");
  }
  return optionOf(asked, value)?.text ?? String(value);
}

/** A guess as the page sends it, and what is wrong with it ("" if nothing). */
export function readGuess(asked, value, confidence) {
  if (asked.kind === "number") {
    value = numberTyped(value, asked.unit === "%");
    if (value === null) {
      return { value, problem: "Please type a number, for example 0.05 or 3e-4." };
    }
  } else if (!optionOf(asked, value)) {
    return { value: null, problem: "Please choose one of the answers." };
  }
  const sure = typeof confidence === "number" || typeof confidence === "boolean";
  if (!sure || !(confidence >= 0 && confidence <= 1)) {
    return { value: null, problem: "Please say how sure you are." };
  }
  return { value, problem: "" };
}

/** A guess or an outcome for the page: text, and its picture if there is one. */
export function shownGuess(asked, value, confidence = null) {
  const option = optionOf(asked, value);
  return {
    text: inWords(asked, value),
    picture: option ? sketchOf(asked, option) : null,
    sure: confidence === null ? "" : `${fixed(100 * confidence, 0)} % sure`,
  };
}

/** Guess and truth for the page, and what to think of them. */
export function comparisonView(asked, standing) {
  const guessed = standing.guess !== null;
  return {
    truth: shownGuess(asked, standing.truth),
    note: standing.note,
    because: asked.because,
    guess: guessed ? shownGuess(asked, standing.guess, standing.confidence) : null,
    right: standing.right,
    verdict: guessed ? verdictOf(asked, standing) : "This is what came out.",
    link: asked.link,
  };
}

function verdictOf(asked, standing) {
  const sure = standing.confidence !== null && standing.confidence >= 0.9;
  if (standing.right) {
    if (asked.kind === "number" && standing.guess !== standing.truth) {
      return `You had it: ${asked.allowance}.`;
    }
    return sure ? "You had it, and knew it." : "You had it.";
  }
  if (sure) return "A surprise, and you were sure: the best moment to learn something.";
  return "Not what you expected. What did you overlook?";
}
