// Brings the cards of a page to life, without a kernel.

import { element } from "../../../live/static/dom.js";
import { CardView } from "../../../practice/static/card_view.js";
import { CalibrationCard } from "./calibration_card.js";
import { CauseCard } from "./cause_card.js";
import { ExerciseCard } from "./exercise_card.js";
import { AgainCard, GateCard, RevealCard } from "./gate_card.js";
import { KEPT_AS, KeptProgress } from "./kept.js";
import { MapCard, ProgressCard } from "./map_card.js";
import { QuizCard } from "./quiz_card.js";
import { MissedQuizCard, ReviewCard } from "./review_card.js";

/** The place below a card where a demo opens. */
class CardStage {
  /**
   * @param {HTMLElement} place of the card
   * @param {{enliven?: (HTMLElement) => (() => void)|void}} host
   */
  constructor(place, host) {
    this.place = place;
    this.host = host;
    this.root = element("div", { class: "course-stage" });
  }

  /** Show the demo of this name; whether the page has it. */
  put(name) {
    const held = this.place.querySelector(`:scope > script[data-demo="${CSS.escape(name)}"]`);
    if (!held) return false;
    this.clear();
    this.root.innerHTML = JSON.parse(held.textContent);
    this.undo = this.host.enliven?.(this.root);
    return true;
  }

  clear() {
    if (typeof this.undo === "function") this.undo();
    this.undo = null;
    this.root.replaceChildren();
  }
}

/** Draws a card into a place; what it has chosen is forgotten with progress that is gone. */
function draw(card, place) {
  card.begin();
  const view = new CardView(card, place);
  card.on("forget", () => view.memory.clear());
  return { card, end: () => (view.dispose(), card.end()) };
}

const CARD_KINDS = {
  gate(kept, data, place) {
    return [draw(new GateCard(kept, data), place)];
  },
  reveal(kept, data, place) {
    return [draw(new RevealCard(kept, data), place)];
  },
  /** Question, demo and comparison in one: the demo opens when the question is behind. */
  "gate with demo"(kept, { asked, reveal }, place, host) {
    const gate = new GateCard(kept, asked);
    const parts = [draw(gate, place)];
    const stage = new CardStage(place, host);
    place.append(stage.root);
    let open = false;
    const follow = () => {
      if (open || !gate.passed) return;
      open = true;
      stage.put("demo");
      if (reveal) parts.push(draw(new RevealCard(kept, reveal), place));
    };
    kept.observe(follow);
    follow();
    return parts;
  },
  quiz(kept, data, place, host) {
    const stage = new CardStage(place, host);
    const parts = [draw(new QuizCard(kept, data, stage), place)];
    place.append(stage.root);
    return parts;
  },
  cause(kept, data, place) {
    return [draw(new CauseCard(kept, data), place)];
  },
  exercise(kept, data, place) {
    return [draw(new ExerciseCard(kept, data), place)];
  },
  map(kept, data, place) {
    return [draw(new MapCard(kept, data), place)];
  },
  progress(kept, data, place) {
    return [draw(new ProgressCard(kept), place)];
  },
  calibration(kept, data, place) {
    return [draw(new CalibrationCard(kept, data), place)];
  },
  review(kept, data, place, host) {
    const below = element("div");
    const head = new ReviewCard(kept, data);
    const parts = [draw(head, place)];
    place.append(below);
    for (const asked of head.predictions) parts.push(draw(new AgainCard(kept, asked), below));
    if (head.questions.length) {
      const stage = new CardStage(place, host);
      const quiz = new MissedQuizCard(kept, { ...data, questions: head.questions }, stage);
      parts.push(draw(quiz, below));
      below.append(stage.root);
    }
    // Of another learner, or of one who begins anew, other things were missed.
    head.forget = () => {
      parts.forEach(({ end }) => end());
      below.remove();
      queueMicrotask(() => CARD_KINDS.review(kept, data, place, host));
    };
    return parts;
  },
};

let keptHere;

/**
 * Bring the cards in `root` to life, each in the place of what a page without JavaScript shows.
 *
 * All cards of a page share one progress, also with other pages that are open.
 * @param {ParentNode} root
 * @param {{enliven?: (HTMLElement) => (() => void)|void}} host `enliven` brings the live figures in an
 *   element to life; what it returns ends them
 */
export function showCards(root = document, host = {}) {
  keptHere ??= followStorage(new KeptProgress());
  for (const place of root.querySelectorAll(".course-card, .course-progress")) {
    if (place.classList.contains("course-card-shown")) continue;
    const kind = place.dataset.kind ?? "progress";
    try {
      const held = place.querySelector(":scope > script[data-card]");
      const parts = CARD_KINDS[kind](keptHere, held && JSON.parse(held.textContent), place, host);
      place.classList.add("course-card-shown");
      if (!keptHere.speaker) parts[0].card.speak(), parts[0].card.show();
    } catch (error) {
      // What a page without JavaScript shows stays.
      console.error(error);
    }
  }
}

/** Take over what other pages add, also while this one lay in the browser's memory. */
function followStorage(kept) {
  // Not in a page that is about to go: nobody would read what it has to say.
  const look = () => document.visibilityState === "visible" && kept.refresh();
  window.addEventListener("storage", (event) => {
    if (event.key === null || event.key.startsWith(KEPT_AS)) look();
  });
  window.addEventListener("pageshow", look);
  document.addEventListener("visibilitychange", look);
  return kept;
}
