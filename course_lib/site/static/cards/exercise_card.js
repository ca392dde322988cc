// The exercise card: hints one after another, and the solution; as in practice/exercise_card.py.

import { PageCard } from "./page_card.js";
import { exerciseStanding } from "./standing.js";

export class ExerciseCard extends PageCard {
  static actions = ["hint", "ask_for_solution", "keep_trying", "solution"];

  /** @param {object} data `id`, `hints`, `checked`, `solution`, `starts`: [{name, code}], `note` */
  constructor(kept, data) {
    super(kept);
    this.data = data;
    this.forget();
  }

  forget() {
    this.asking = false;
  }

  hint() {
    const { id, hints } = this.data;
    const number = this.standing().hints + 1;
    if (number > hints.length) return;
    this.kept.record("hint", { exercise: id, number });
    this.say(`Hint ${number}: ${hints[number - 1]}`);
  }

  ask_for_solution() {
    if (this.standing().solutionIsOpen) {
      this.solution();
      return;
    }
    this.asking = true;
    this.say(this.asksBack());
  }

  keep_trying() {
    this.asking = false;
    this.say("");
  }

  solution() {
    this.asking = false;
    if (!this.standing().solution) this.kept.record("solution", { exercise: this.data.id });
    this.say("The solution is open.");
  }

  standing() {
    return exerciseStanding(this.kept.events, this.data.id);
  }

  describe() {
    const { id, hints, checked, solution, starts, note } = this.data;
    const standing = this.standing();
    return {
      kind: "exercise",
      id,
      title: `Exercise ${id}`,
      status: statusLine(standing),
      passed: standing.passed,
      checked: standing.passed ? checked : "",
      last: standing.tries && !standing.passed ? standing.last : "",
      hints: hints.slice(0, Math.max(0, standing.hints)),
      hints_total: hints.length,
      asking: this.asking ? this.asksBack() : "",
      solution: standing.solution ? solution : "",
      solution_note: standing.solutionIsOpen ? "" : note,
      starts,
      call: `check("${id}", ${id})`,
      how: "Functions are written and checked in JupyterLab, where Python runs; here you can read, "
        + "take hints and open the solution.",
    };
  }

  asksBack() {
    const { tries } = this.standing();
    const times = { 1: "once", 2: "twice" }[tries] ?? `${tries} times`;
    const soFar = tries ? `tried it ${times}` : "not tried it yet";
    return `You have ${soFar}. Do you want to see the solution now?`;
  }
}

function statusLine({ passed, tries, triesUntilPass }) {
  if (passed) return `Passed at the ${ordinal(triesUntilPass)} try`;
  if (!tries) return "Not tried yet";
  return tries === 1 ? "1 try so far" : `${tries} tries so far`;
}

function ordinal(number) {
  const word = { 1: "first", 2: "second", 3: "third" }[number];
  if (word) return word;
  const teens = [11, 12, 13].includes(number % 100);
  return number + (teens ? "th" : { 1: "st", 2: "nd", 3: "rd" }[number % 10] ?? "th");
}
