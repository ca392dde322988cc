// Where the learner stands: what the events add up to; as in practice/standing.py.

const TRIES_BEFORE_SOLUTION = 3;

const asText = (value) => (typeof value === "string" ? value : "");
/** Python counts true as 1. */
const isNumber = (value) => typeof value === "number" || typeof value === "boolean";
const asInteger = (value) => (Number.isInteger(value) || value === true ? Number(value) : 0);
const asProbability = (value) => (isNumber(value) && value >= 0 && value <= 1 ? Number(value) : null);
const orNull = (value) => value ?? null;

export function exerciseStanding(events, id) {
  const standing = {
    tries: 0, passed: false, triesUntilPass: 0, hints: 0, solution: false, last: "",
  };
  for (const event of events) {
    if (event.exercise !== id) continue;
    if (event.kind === "try") {
      standing.tries += 1;
      standing.last = asText(event.found);
      if (event.passed === true && !standing.passed) {
        standing.passed = true;
        standing.triesUntilPass = standing.tries;
      }
    } else if (event.kind === "hint") {
      standing.hints = Math.max(standing.hints, asInteger(event.number));
    } else if (event.kind === "solution") {
      standing.solution = true;
    }
  }
  standing.solutionIsOpen = standing.passed || standing.tries >= TRIES_BEFORE_SOLUTION;
  return standing;
}

/**
 * @param {object[]} events
 * @param {string} id
 * @param {string[]} questions ids; what the events hold of others does not count
 * @returns {{round: number, answers: Map<string, [string, boolean]>, best: number|null}}
 */
export function quizStanding(events, id, questions) {
  const wanted = new Set(questions), rounds = new Map([[1, new Map()]]);
  for (const event of events) {
    if (event.quiz !== id) continue;
    const number = Math.max(1, asInteger(event.round));
    if (!rounds.has(number)) rounds.set(number, new Map());
    const answers = rounds.get(number);
    if (event.kind === "answer" && wanted.has(event.question) && !answers.has(event.question)) {
      answers.set(event.question, [asText(event.choice), event.right === true]);
    }
  }
  const complete = [...rounds.values()]
    .filter((answers) => wanted.size && answers.size === wanted.size).map(quizScore);
  const latest = Math.max(...rounds.keys());
  return {
    round: latest, answers: rounds.get(latest),
    best: complete.length ? Math.max(...complete) : null,
  };
}

/** Right answers among those of a round. */
export const quizScore = (answers) => [...answers.values()].filter(([, right]) => right).length;

export const noPrediction = () => ({
  guess: null, confidence: null, skipped: false, truth: null, note: "", right: null, again: null,
});

export function predictionStanding(events, id) {
  const standing = noPrediction();
  for (const event of events) {
    if (event.prediction !== id) continue;
    if (event.kind === "guess again") {
      standing.again = { ...noPrediction(), guess: orNull(event.guess), right: event.right === true };
    } else if (event.kind === "guess" && standing.truth === null) {
      standing.guess = orNull(event.guess);
      standing.confidence = asProbability(event.confidence);
      standing.skipped = false;
    } else if (event.kind === "skip" && standing.guess === null) {
      standing.skipped = true;
    } else if (event.kind === "truth" && standing.truth === null) {
      standing.truth = orNull(event.truth);
      standing.note = asText(event.note);
      if (standing.guess !== null) standing.right = event.right === true;
    }
  }
  return standing;
}

/** Whether a guess was wrong and, if it was asked again, has not been put right. */
export const wasMissed = (standing) => standing.right === false && !standing.again?.right;
