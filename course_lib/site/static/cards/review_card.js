// The review: what was missed comes back; as in practice/review_card.py.

import { PageCard } from "./page_card.js";
import { QuizCard, byLesson } from "./quiz_card.js";
import { predictionStanding, wasMissed } from "./standing.js";

/** Predictions that were wrong and have not been put right in the review. */
export const missedPredictions = (events, predictions) =>
  predictions.filter(({ id }) => wasMissed(predictionStanding(events, id)));

/** Quiz questions whose latest answer, in whatever quiz, was wrong. */
export function missedQuestions(events, questions) {
  const latest = new Map();
  for (const { kind, question, right } of events) {
    if (kind === "answer") latest.set(question, right === true);
  }
  return questions.filter(({ id }) => latest.get(id) === false);
}

/** The head of the review. What it lists was missed when the page was opened. */
export class ReviewCard extends PageCard {
  constructor(kept, { predictions, questions, lessons }) {
    super(kept);
    this.predictions = missedPredictions(kept.events, predictions);
    this.questions = missedQuestions(kept.events, questions);
    this.lessons = lessons;
  }

  describe() {
    const lessons = byLesson([
      ...this.predictions.map(({ lesson, text }) => [lesson, `prediction: ${text}`]),
      ...this.questions.map(({ lesson, topic }) => [lesson, `question: ${topic}`]),
    ], this.lessons);
    return {
      kind: "review",
      title: "What comes back",
      text: lessons.length
        ? "You missed these when you met them first. Below they are asked again; those you get right "
          + "leave the list the next time you open this page."
        : "Nothing you have answered is wrong at present. What you miss in the lessons comes back here.",
      lessons,
    };
  }
}

/** A quiz of missed questions, begun each time the page is opened. */
export class MissedQuizCard extends QuizCard {
  constructor(kept, data, stage) {
    super(kept, { ...data, id: "missed", title: "Questions to answer again" }, stage);
    this.before = new Set(kept.events.map((event) => event.id));
  }

  events() {
    return this.kept.events.filter((event) => !this.before.has(event.id));
  }
}
