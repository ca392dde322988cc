// The quiz: one question a card; as in practice/quiz_card.py.

import { digest, seal, shuffled } from "./ordering.js";
import { PageCard, elementAt } from "./page_card.js";
import { LETTERS } from "../../../practice/static/parts.js";
import { quizScore, quizStanding } from "./standing.js";

const ENOUGH_RIGHT = 7;

export class QuizCard extends PageCard {
  static actions = ["submit", "go_on", "look_at", "start_again", "see"];

  /**
   * @param {object} data `id`, `title`, `questions`, `lessons` by number, `presets` by name
   * @param {{put: (string) => boolean, clear: () => void}} stage where demos open: `put` says whether
   *   it has the one of this name
   */
  constructor(kept, data, stage) {
    super(kept);
    this.data = data;
    this.stage = stage;
    this.forget();
  }

  forget() {
    this.shown = null;
    this.missing = "";
    this.stage.clear();
  }

  submit({ question, position }) {
    const asked = this.questionOf(question);
    if (!asked) throw new Error("there is no such question");
    const standing = this.standing();
    if (!standing.answers.has(asked.id)) {
      const choice = elementAt(this.ordered(asked, standing), position);
      this.kept.record("answer", {
        quiz: this.data.id, question: asked.id, choice: markOf(asked, choice),
        right: isBest(asked, choice), round: standing.round,
      });
    }
    this.shown = asked.id;
    this.missing = "";
    this.say(this.feedbackView(asked, this.standing()).verdict);
  }

  go_on() {
    this.forget();
    const view = this.describe();
    this.say(view.phase === "done" ? view.message : "");
  }

  look_at({ question }) {
    if (this.standing().answers.has(question)) this.shown = question;
  }

  start_again() {
    const { answers, round } = this.standing();
    if (answers.size) this.kept.record("quiz again", { quiz: this.data.id, round: round + 1 });
    this.forget();
    this.say("");
  }

  see({ preset }) {
    const { label } = this.data.presets[preset];
    if (!this.stage.put(preset)) {
      this.missing = preset;
      this.say(this.notHere(preset));
      return;
    }
    this.missing = "";
    this.say(`Opened below: ${label}.`);
  }

  events() {
    return this.kept.events;
  }

  standing() {
    const ids = this.data.questions.map((question) => question.id);
    return quizStanding(this.events(), this.data.id, ids);
  }

  questionOf(id) {
    return this.data.questions.find((question) => question.id === id);
  }

  ordered(asked, standing) {
    const texts = asked.choices.map((choice) => choice.text);
    return shuffled(texts, this.kept.learner, this.data.id, standing.round, asked.id)
      .map((text) => asked.choices.find((choice) => choice.text === text));
  }

  describe() {
    const { questions, title } = this.data;
    const standing = this.standing(), { answers } = standing;
    const head = {
      kind: "quiz",
      title,
      marks: questions.map((question) => answers.get(question.id)?.[1] ?? null),
      missing: this.missingNote(),
    };
    const asked = this.questionOf(this.shown)
      ?? questions.find((question) => !answers.has(question.id));
    if (!asked) return { ...head, phase: "done", ...this.resultView(answers, standing.best) };
    const view = {
      ...head,
      id: `${standing.round} ${asked.id}`,
      question: asked.id,
      number: questions.indexOf(asked) + 1,
      count: questions.length,
      text: asked.text,
    };
    if (answers.has(asked.id)) {
      return { ...view, phase: "feedback", ...this.feedbackView(asked, standing) };
    }
    const choices = this.ordered(asked, standing).map(({ text }) => ({ text }));
    return { ...view, phase: "question", choices };
  }

  feedbackView(asked, standing) {
    const [mark, right] = standing.answers.get(asked.id);
    let verdict = "Answered.", see = asked.see;
    const choices = this.ordered(asked, standing).map((choice, i) => {
      const chosen = markOf(asked, choice) === mark;
      if (chosen) {
        verdict = LETTERS[i] + (right ? " is right." : " is not the best answer.");
        see = choice.see || asked.see;
      }
      return { text: choice.text, because: choice.because, chosen, right: isBest(asked, choice) };
    });
    const left = this.data.questions.some((question) => !standing.answers.has(question.id));
    return {
      choices, verdict, right,
      see: see ? { name: see, label: this.data.presets[see].label } : null,
      next: left ? "Next question" : "To the result",
    };
  }

  resultView(answers, best) {
    const { questions } = this.data;
    const score = quizScore(answers), count = questions.length;
    const rights = questions.map(({ id, text }) => ({ id, text, right: answers.get(id)[1] }));
    return {
      score: `${score}/${count}`,
      message: this.messageFor(score, count),
      best: best !== null && best > score ? `Your best round so far: ${best}/${count}.` : "",
      revisit: this.toRevisit(questions.filter((_, i) => !rights[i].right)),
      questions: rights,
    };
  }

  messageFor(score, count) {
    if (this.data.id === "review") {
      if (score >= ENOUGH_RIGHT) return "Great job! You understand how neural networks learn.";
      if (score >= Math.floor(count / 2)) return "A good part of it is there. What to revisit:";
      return "This is worth another look, one lesson at a time. What to revisit:";
    }
    if (score === count) return "All of them right. On to the next lesson.";
    if (score === 0) return "None yet, and now you know where to look. What to revisit:";
    return "Well on the way. What to revisit:";
  }

  toRevisit(missed) {
    return byLesson(missed.map((question) => [question.lesson, question.topic]), this.data.lessons)
      .map(({ items, ...home }) => ({ ...home, topics: items }));
  }

  missingNote() {
    if (!this.missing) return null;
    const { link, title } = this.data.lessons[this.data.presets[this.missing].lesson];
    return { text: this.notHere(this.missing), link, title };
  }

  notHere(preset) {
    const home = this.data.lessons[this.data.presets[preset].lesson];
    return `This demo is not on this page. You find it in lesson ${home.title}.`;
  }
}

/** What stands for a choice in the events, whatever its position. */
const markOf = (asked, choice) => digest(asked.id, choice.text);
const isBest = (asked, choice) => seal(asked.id, choice.text) === asked.key;

/** Pairs of a lesson's number and a text, as [{title, link, items}] in the order of the course. */
export function byLesson(pairs, lessons) {
  const items = new Map();
  for (const [number, text] of pairs) {
    if (!items.has(number)) items.set(number, []);
    items.get(number).push(text);
  }
  return [...items.keys()].sort((a, b) => a - b)
    .map((number) => ({ ...lessons[number], items: items.get(number) }));
}
