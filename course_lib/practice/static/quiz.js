// The quiz: a question, what to think of the answer, the result.

import { element } from "../../live/static/dom.js";
import { LETTERS, NEXT, lessonLink, paragraph, press, radios, rich, sign } from "./parts.js";

export function quizParts(view, act, memory) {
  const parts = { question, feedback, done: result }[view.phase](view, act, memory);
  return [marks(view), ...parts, ...missing(view)];
}

function marks(view) {
  const count = view.marks.length;
  const answered = view.marks.filter((mark) => mark !== null).length;
  const right = view.marks.filter(Boolean).length;
  const dots = view.marks.map((mark) =>
    sign(mark === null ? "open" : mark ? "right" : "wrong"));
  return element("p", { class: "practice-marks" }, [
    element("span", {}, dots),
    element("span", {}, [`${answered} of ${count} answered, ${right} right`]),
  ]);
}

const title = (view) => [
  element("span", { class: "practice-number" }, [`Question ${view.number} of ${view.count}`]),
  element("span", {}, rich(view.text)),
];

function question(view, act, memory) {
  const chosen = () => memory.get(view.id);
  const submit = () => {
    if (chosen() === undefined) {
      hint.hidden = false;
      hint.textContent = "Choose an answer first.";
      return;
    }
    act("submit", { question: view.question, position: chosen() });
  };
  const hint = element("p", { class: "practice-problem", role: "alert", hidden: true });
  const choices = radios({
    legend: title(view),
    options: view.choices.map(({ text }, i) => ({ text, value: i })),
    letters: true, chosen: chosen(), first: true, key: view.id,
  }, (value) => {
    memory.set(view.id, value);
    hint.hidden = true;
  }, submit);
  return [choices, hint, element("div", { class: "practice-buttons" }, [
    press("submit", "Submit", submit, { class: "practice-main" }),
  ])];
}

function feedback(view, act) {
  const items = view.choices.map((choice, i) => {
    const what = [choice.chosen && "your answer", choice.right && "the best answer"]
      .filter(Boolean).join(", ");
    const kind = choice.right ? "right" : choice.chosen ? "wrong" : "other";
    return element("li", { class: `practice-choice practice-is-${kind}` }, [
      element("p", { class: "practice-choice-text" }, [
        ...(kind === "other" ? [] : [sign(kind)]),
        element("span", { class: "practice-letter" }, [`${LETTERS[i]}) `]),
        ...rich(choice.text),
        ...(what ? [element("span", { class: "practice-what" }, [` (${what})`])] : []),
      ]),
      ...paragraph(choice.because, { class: "practice-because" }),
    ]);
  });
  const see = view.see
    ? [press("see", `See ${view.see.label}`, () => act("see", { preset: view.see.name }))]
    : [];
  return [
    element("h3", { class: "practice-question" }, title(view)),
    element("p", { class: "practice-verdict" },
      [sign(view.right ? "right" : "wrong"), view.verdict]),
    element("ol", { class: "practice-choices" }, items),
    element("div", { class: "practice-buttons" }, [
      press("next", view.next, () => act("go_on"), { class: "practice-main", ...NEXT }),
      ...see,
    ]),
  ];
}

function result(view, act) {
  const again = view.questions.map((item) =>
    element("li", {}, [
      sign(item.right ? "right" : "wrong"),
      element("span", {}, [
        ...rich(item.text), ` (${item.right ? "right" : "not right"}) `,
        press(`look ${item.id}`, "Look at it", () => act("look_at", { question: item.id }),
          { class: "practice-plain", "aria-label": `Look at it: ${item.text}` }),
      ]),
    ]));
  return [
    element("p", { class: "practice-score" }, [
      element("span", { class: "practice-points" }, [view.score]), " right",
    ]),
    element("p", { class: "practice-message" }, [view.message]),
    ...revisit(view.revisit),
    ...paragraph(view.best, { class: "practice-faint" }),
    element("details", { "data-key": "all" }, [
      element("summary", {}, ["All questions"]),
      element("ul", { class: "practice-plain-list" }, again),
    ]),
    element("div", { class: "practice-buttons" }, [
      press("again", "Start again", () => act("start_again"), NEXT),
    ]),
  ];
}

function revisit(lessons) {
  if (!lessons.length) return [];
  return [element("ul", {}, lessons.map(({ title: name, link, topics }) =>
    element("li", {}, [lessonLink(link, name), ...rich(`: ${topics.join("; ")}`)])))];
}

function missing(view) {
  if (!view.missing) return [];
  const { text, link, title: name } = view.missing;
  return [element("p", { class: "practice-note" }, [`${text} `, lessonLink(link, `Open ${name}`)])];
}
