// The exercise card: where it stands, ways to begin, hints, the solution.

import { element } from "../../live/static/dom.js";
import { NEXT, code, paragraph, press, rich, sign } from "./parts.js";

export function exerciseParts(view, act) {
  const shownHints = view.hints.map((hint) => element("li", {}, rich(hint)));
  const more = view.hints.length < view.hints_total
    ? [press("hint", `Hint ${view.hints.length + 1} of ${view.hints_total}`, () => act("hint"))]
    : [];
  const solution = view.solution || view.asking
    ? []
    : [press("solution", "Solution", () => act("ask_for_solution"), NEXT),
        ...(view.solution_note
          ? [element("span", { class: "practice-faint" }, [view.solution_note])]
          : [])];
  return [
    element("p", { class: "practice-status-line" }, [
      sign(view.passed ? "right" : "open"), element("strong", {}, [view.status]),
      ...(view.last ? [`; last: ${view.last}`] : []),
    ]),
    ...paragraph(view.checked, { class: "practice-because" }),
    ...(view.passed
      ? []
      : paragraph(view.how || `Write the function in the next cell, then run \`${view.call}\`.`,
          { class: "practice-faint" })),
    element("div", { class: "practice-starts" }, view.starts.map(({ name, code: text }, i) =>
      element("details", { "data-key": `start ${i}` }, [
        element("summary", {}, [name]), code(text, name),
      ]))),
    ...(shownHints.length
      ? [element("p", { class: "practice-part" }, ["Hints"]),
          element("ol", { class: "practice-hints" }, shownHints)]
      : []),
    ...askSolution(view, act),
    element("div", { class: "practice-buttons" }, [...more, ...solution]),
    ...(view.solution
      ? [element("p", { class: "practice-part", tabindex: "-1", ...NEXT }, ["Solution"]),
          code(view.solution.trim(), "Solution")]
      : []),
  ];
}

function askSolution(view, act) {
  if (!view.asking) return [];
  return [element("div", { class: "practice-note", role: "group", "aria-label": view.asking }, [
    element("p", {}, [view.asking]),
    element("div", { class: "practice-buttons" }, [
      press("yes", "Yes, show it", () => act("solution")),
      press("no", "I keep trying", () => act("keep_trying"), { class: "practice-main", ...NEXT }),
    ]),
  ])];
}
