// The map of the course, and the table of the calibration.

import { element, uniqueId } from "../../live/static/dom.js";
import { NEXT, lessonLink, paragraph, press, sign } from "./parts.js";

const STATUS_SIGNS = { done: "right", started: "half", "not started": "open" };

export function mapParts(view, act) {
  return [
    element("p", { class: "practice-summary" }, [view.summary]),
    element("ol", { class: "practice-lessons" }, view.lessons.map((item) => lessonRow(item, act))),
    ...paragraph(view.message, { class: "practice-note" }),
    element("details", { "data-key": "keep" }, [
      element("summary", {}, ["Take it along, or begin anew"]),
      ...keepParts(view, act),
    ]),
  ];
}

/** What a page says of the progress kept in it, where no map stands. */
export function progressParts(view, act) {
  return [
    element("p", { class: "practice-summary" }, [view.summary]),
    ...paragraph(view.message, { class: "practice-note" }),
    ...keepParts(view, act),
  ];
}

function keepParts(view, act) {
  return [
    ...paragraph(view.where, { class: "practice-faint" }),
    element("div", { class: "practice-buttons" }, [
      press("export", "Save a copy", () => act("export")),
      ...fileButton(act),
      ...(view.asking
        ? []
        : [press("reset", "Begin anew …", () => act("ask_reset"), { class: "practice-plain" })]),
    ]),
    ...askReset(view, act),
    ...setAside(view, act),
  ];
}

/** Copies of what was damaged, where nobody can open a folder to look at it. */
function setAside(view, act) {
  if (!view.aside?.length) return [];
  return [element("div", { class: "practice-buttons" }, view.aside.map((name) =>
    press(`aside ${name}`, `Save what was set aside: ${name}`,
      () => act("export_aside", { name }))))];
}

function lessonRow(item, act) {
  const box = element("input", {
    type: "checkbox", id: uniqueId(), checked: item.status === "done",
    "data-key": `mark ${item.number}`,
    "aria-label": `${item.title} is done`,
  });
  box.addEventListener("change", () => act("mark", { lesson: item.number, done: box.checked }));
  return element("li", { class: "practice-lesson", "data-status": item.status }, [
    element("span", { class: "practice-lesson-number", "aria-hidden": "true" },
      [String(item.number).padStart(2, "0")]),
    lessonLink(item.link, item.title),
    element("span", { class: "practice-lesson-status" },
      [sign(STATUS_SIGNS[item.status]), item.status]),
    element("span", { class: "practice-facts" },
      item.facts.map((fact) => element("span", {}, [fact]))),
    element("label", { class: "practice-mark", for: box.id }, [box, "done"]),
  ]);
}

function fileButton(act) {
  const input = element("input", {
    type: "file", accept: ".json,application/json", id: uniqueId(), "data-key": "file",
    class: "practice-file",
  });
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (file) act("import_file", { text: await file.text() });
  });
  return [element("label", { for: input.id, class: "practice-file-label" }, ["Add a copy: "]),
    input];
}

function askReset(view, act) {
  if (!view.asking) return [];
  const asked = view.question
    ?? "Begin anew? The map becomes empty; what you have now is kept under another name.";
  return [element("div", { class: "practice-note", role: "group", "aria-label": "Begin anew" }, [
    element("p", {}, [asked]),
    element("div", { class: "practice-buttons" }, [
      ...(view.question ? [press("copy", "Save a copy first", () => act("export"))] : []),
      press("yes", "Yes, begin anew", () => act("reset")),
      press("no", "Keep everything", () => act("keep"), { class: "practice-main", ...NEXT }),
    ]),
  ])];
}

/** Give the reader a file. */
export function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = element("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function calibrationParts(view, act, memory, theme) {
  if (view.empty) return paragraph(view.empty);
  const head = ["How sure", "Guesses", "Right", "Share"].map((name) =>
    element("th", { scope: "col" }, [name]));
  const rows = view.rows.map((row) => element("tr", {}, [
    element("th", { scope: "row" }, [row.sure]),
    ...[row.count, row.right, row.share].map((value) => element("td", {}, [String(value)])),
  ]));
  return [
    ...paragraph(view.verdict),
    element("div", { class: "practice-calibration" }, [
      element("img", { src: view.pictures[theme], alt: `How often right against how sure. ${view.alt}.` }),
      element("table", {}, [
        element("caption", {}, ["The same in numbers"]),
        element("thead", {}, [element("tr", {}, head)]),
        element("tbody", {}, rows),
      ]),
    ]),
    ...paragraph(`Brier score ${view.brier}: the mean squared distance between how sure you were and
      what happened. 0 is perfect; who always says 50 % gets 0.25.`, { class: "practice-faint" }),
  ];
}
