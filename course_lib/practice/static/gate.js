// The prediction gate: question and confidence; then guess and truth side by side.

import { element, uniqueId } from "../../live/static/dom.js";
import { NEXT, lessonLink, onEnter, paragraph, press, radios, rich, sign } from "./parts.js";

export function gateParts(view, act, memory) {
  if (view.phase === "question") return form(view, act, memory);
  if (view.comparison) return [...paragraph(view.text), ...comparisonParts(view.comparison)];
  const change = view.can_change
    ? [press("change", view.guess ? "Change my guess" : "Guess after all", () => act("change"),
        { class: "practice-plain", ...NEXT })]
    : [];
  return [
    ...paragraph(view.text),
    element("p", { class: "practice-guess" }, view.guess
      ? ["Your guess: ", element("strong", {}, [view.guess.text]), ` (${view.guess.sure}). `,
          "Now the demo."]
      : ["Skipped. Now the demo."]),
    ...change,
  ];
}

function form(view, act, memory) {
  const values = memory.get(view.id) ?? {};
  memory.set(view.id, values);
  const problem = element("p", {
    class: "practice-problem", id: uniqueId(), hidden: !view.problem,
  }, [view.problem]);
  const send = () => act("guess", {
    value: values.guess ?? null, confidence: values.confidence ?? null,
  });
  const ask = view.input === "number"
    ? numberField(view, values, problem, send)
    : radios({
      legend: rich(view.text),
      options: view.options.map(({ id, text, picture }) => ({ text, picture, value: id })),
      chosen: values.guess, first: true, key: "guess",
    }, (value) => (values.guess = value), send);
  const sure = radios({
    legend: ["How sure are you?"],
    options: view.confidences, chosen: values.confidence, key: "sure",
  }, (value) => (values.confidence = value), send);
  sure.classList.add("practice-inline");
  return [
    ask, sure, problem,
    element("div", { class: "practice-buttons" }, [
      press("guess", "This is my guess", send, { class: "practice-main" }),
      press("skip", view.skip ?? "Skip", () => act("skip"), { class: "practice-plain" }),
      ...(view.hint ? [element("span", { class: "practice-faint" }, [view.hint])] : []),
    ]),
  ];
}

function numberField(view, values, problem, send) {
  const id = uniqueId(), hint = uniqueId();
  const input = element("input", {
    type: "text", inputmode: "decimal", autocomplete: "off", id, size: 12, "data-key": "number",
    value: values.guess ?? "", "aria-describedby": `${hint} ${problem.id}`,
    "aria-invalid": view.problem ? "true" : undefined, ...NEXT,
  });
  input.addEventListener("input", () => (values.guess = input.value));
  onEnter(input, send);
  return element("div", { class: "practice-field" }, [
    element("label", { for: id }, rich(view.text)),
    element("div", {}, [input, element("span", {}, [view.unit ? ` ${view.unit}` : ""])]),
    element("p", { class: "practice-faint", id: hint }, [`It counts as right ${view.allowance}.`]),
  ]);
}

export function revealParts(view, act) {
  if (view.phase === "shown") return comparisonParts(view.comparison);
  return [
    ...paragraph(view.text),
    element("div", { class: "practice-buttons" }, [press("show", view.button, () => act("show"))]),
  ];
}

function comparisonParts(view) {
  const side = (name, what, note) => element("div", { class: "practice-side" }, [
    element("dt", {}, [name]),
    element("dd", {}, [
      ...(what?.picture ? [element("img", { src: what.picture, alt: "" })] : []),
      element("span", { class: "practice-outcome" }, what ? rich(what.text) : ["no guess"]),
      ...(note ? [element("span", { class: "practice-faint" }, [note])] : []),
    ]),
  ]);
  return [
    element("dl", { class: "practice-sides" }, [
      side("Your guess", view.guess, view.guess?.sure),
      side("What came out", view.truth, view.note),
    ]),
    element("p", { class: "practice-verdict", tabindex: "-1", ...NEXT }, [
      ...(view.right === null ? [] : [sign(view.right ? "right" : "wrong")]), view.verdict,
    ]),
    ...paragraph(view.because),
  ];
}

export function reviewParts(view) {
  return [
    ...paragraph(view.text),
    ...(view.lessons.length
      ? [element("ul", {}, view.lessons.map(({ title, link, items }) =>
          element("li", {}, [
            lessonLink(link, title),
            element("ul", {}, items.map((item) => element("li", {}, rich(item)))),
          ])))]
      : []),
  ];
}
