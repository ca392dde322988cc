// Whether the learner is right as often as they are sure; as in practice/calibration_card.py.

import { fixed, mean, pairwiseSum } from "./numbers.js";
import { PageCard } from "./page_card.js";
import { predictionStanding } from "./standing.js";

const FEW_GUESSES = 5;

export class CalibrationCard extends PageCard {
  static actions = ["refresh"];

  /** @param {{predictions: string[]}} data ids in the order of the course */
  constructor(kept, { predictions }) {
    super(kept);
    this.predictions = predictions;
  }

  refresh() {
    this.kept.refresh();
  }

  /** Confidence and outcome of all guesses whose truth is known. */
  settled() {
    const { events } = this.kept;
    return this.predictions.map((id) => predictionStanding(events, id))
      .filter(({ right, confidence }) => right !== null && confidence !== null);
  }

  describe() {
    const settled = this.settled();
    const view = { kind: "calibration", title: "How well do you know what you know?" };
    if (!settled.length) {
      return {
        ...view,
        empty: "No prediction has met its truth yet. Here you will see how often you were right when "
          + "you were 50 %, 70 %, 90 % sure.",
      };
    }
    const levels = confidenceLevels(settled);
    const squares = settled.map(({ confidence, right }) => (confidence - Number(right)) ** 2);
    return {
      ...view,
      empty: "",
      rows: levels.map(({ confidence, count, right }) => ({
        sure: inPercent(confidence), count, right, share: inPercent(right / count),
      })),
      brier: fixed(mean(squares), 2),
      verdict: calibrationInWords(settled),
      pictures: { light: calibrationPicture(levels, "light"), dark: calibrationPicture(levels, "dark") },
      alt: levels.map(({ confidence, count, right }) =>
        `${inPercent(confidence)} sure: right in ${right} of ${count}`).join("; "),
    };
  }
}

const inPercent = (share) => `${fixed(100 * share, 0)} %`;

/** The guesses by confidence, least sure first. */
function confidenceLevels(settled) {
  const levels = new Map();
  for (const { confidence, right } of settled) {
    const level = levels.get(confidence) ?? { confidence, count: 0, right: 0 };
    level.count += 1;
    level.right += Number(right);
    levels.set(confidence, level);
  }
  return [...levels.values()].sort((a, b) => a.confidence - b.confidence);
}

/** What the numbers say, in a sentence. */
function calibrationInWords(settled) {
  const sures = settled.map(({ confidence }) => confidence), n = sures.length;
  const sure = 100 * mean(sures), right = 100 * mean(settled.map((guess) => Number(guess.right)));
  const start = `On average you were ${fixed(sure, 0)} % sure, and right in ${fixed(right, 0)} %`;
  if (n < FEW_GUESSES) return `${start}. That is too few guesses to say more.`;
  // Two standard errors of a mean of n coin flips with these probabilities.
  const chance = (200 * Math.sqrt(pairwiseSum(sures.map((p) => p * (1 - p))))) / n;
  if (sure - right > chance) {
    return `${start}: more than chance would explain, you are overconfident.`;
  }
  if (right - sure > chance) return `${start}: you know more than you think.`;
  return `${start}: no more apart than chance would have it. Well calibrated, as far as one sees.`;
}

const CALIBRATION_INKS = {
  light: { ink: "#333333", line: "#767676", point: "#0072B2" },
  dark: { ink: "#e0e0e0", line: "#8c8c8c", point: "#56B4E9" },
};

/** How often right against how sure, as the address of an image, 400 by 310 pixels. */
function calibrationPicture(levels, theme) {
  const { ink, line, point } = CALIBRATION_INKS[theme];
  const x = (share) => 56 + 328 * share, y = (share) => 260 - 248 * share;
  const text = (where, what, more = "") =>
    `<text ${where} fill="${ink}" text-anchor="middle" ${more}>${what}</text>`;
  const ticks = [0, 20, 40, 60, 80, 100].map((value) => `
    <path d="M${x(value / 100)} 260v5M56 ${y(value / 100)}h-5" stroke="${ink}"/>
    ${text(`x="${x(value / 100)}" y="278"`, value)}
    <text x="47" y="${y(value / 100) + 4}" fill="${ink}" text-anchor="end">${value}</text>`);
  const points = levels.map(({ confidence, count, right }) =>
    `<circle cx="${x(confidence)}" cy="${y(right / count)}" r="${(3.5 + 1.75 * Math.sqrt(count))
      .toFixed(1)}" fill="${point}"/>`);
  const drawn = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 310" width="400" height="310"
    font-family="system-ui, sans-serif" font-size="12">
    <path d="M56 12V260H384" fill="none" stroke="${line}"/>
    <path d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" stroke="${line}" stroke-width="1.6"
      stroke-dasharray="6 3"/>
    <text x="${x(0.58)}" y="${y(0.5) + 12}" fill="${ink}" font-size="11">as right as sure</text>
    ${ticks.join("")}${points.join("")}
    ${text('x="220" y="300"', "how sure / %")}
    ${text('x="14" y="136"', "how often right / %", 'transform="rotate(-90 14 136)"')}
  </svg>`;
  return `data:image/svg+xml;base64,${btoa(drawn)}`;
}
