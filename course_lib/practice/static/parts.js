// Parts that several cards have.

import { element, uniqueId } from "../../live/static/dom.js";

const SIGNS = { right: "✓", wrong: "✗", open: "○", half: "◐" };

/** Text in which `code` stands between backticks. */
export function rich(text) {
  return text.split("`").map((part, i) => (i % 2 ? element("code", {}, [part]) : part));
}

/** A paragraph; none if there is no text. */
export function paragraph(text, attributes = {}) {
  return text ? [element("p", attributes, rich(text))] : [];
}

/** A sign beside words that say the same: hidden from those who listen. */
export function sign(name) {
  return element("span", { class: `practice-sign practice-${name}`, "aria-hidden": "true" },
    [SIGNS[name]]);
}

/**
 * A button.
 * @param {string} key names it, so that it keeps the focus when the card is drawn again
 * @param {string} text
 * @param {() => void} pressed
 * @param {object} attributes `class: "practice-main"` for the one to press next
 */
export function press(key, text, pressed, attributes = {}) {
  const made = element("button", { type: "button", "data-key": key, ...attributes }, [text]);
  made.addEventListener("click", pressed);
  return made;
}

/** Marks what gets the focus when what had it is gone. */
export const NEXT = { "data-next": true };

/**
 * A link to another notebook of the course.
 *
 * JupyterLab and Notebook open it themselves if told so; everywhere else, and with a modifier
 * key or the middle button, it is a link like any other.
 */
export function lessonLink(file, title) {
  const made = element("a", { href: file }, [title]);
  made.addEventListener("click", (event) => {
    const here = location.pathname.match(/\/(?:tree|notebooks)\/(.*\/)?[^/]*\.ipynb$/);
    if (!here || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const path = decodeURIComponent(here[1] ?? "") + file;
    made.dataset.commandlinkerCommand = "docmanager:open";
    made.dataset.commandlinkerArgs = JSON.stringify({ path });
    // Read by now, in this very event; left on, they would change how the link looks.
    setTimeout(() => {
      delete made.dataset.commandlinkerCommand;
      delete made.dataset.commandlinkerArgs;
    });
  });
  return made;
}

/**
 * Call `confirmed` when Enter is pressed on an input. The key is spent then: it must not also press
 * the button that has the focus next.
 */
export function onEnter(input, confirmed) {
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    confirmed();
  });
}

/**
 * One choice among several: native radio buttons, each with its label, in a fieldset.
 * @param {object} question `legend`: nodes; `options`: [{text, picture, value}]; `letters`: whether
 *   the options are called A, B, C; `chosen`: the value chosen so far
 * @param {(value) => void} changed
 * @param {() => void} confirmed Enter was pressed
 */
export function radios({ legend, options, letters, chosen, first, key }, changed, confirmed) {
  const name = uniqueId();
  const pictures = options.some((option) => option.picture);
  const rows = options.map((option, i) => {
    const input = element("input", {
      type: "radio", name, id: uniqueId(), checked: option.value === chosen,
      "data-key": `${key} ${i}`, ...(first && i === 0 ? NEXT : {}),
    });
    input.addEventListener("change", () => changed(option.value));
    onEnter(input, confirmed);
    const label = element("label", { for: input.id }, [
      ...(letters ? [element("span", { class: "practice-letter" }, [`${LETTERS[i]}) `])] : []),
      // The text beside a picture says what it shows, so the picture itself need not.
      ...(option.picture ? [element("img", { src: option.picture, alt: "" })] : []),
      element("span", {}, rich(option.text)),
    ]);
    return element("div", { class: "practice-option" }, [input, label]);
  });
  return element("fieldset", { class: pictures ? "practice-pictures" : "" }, [
    element("legend", {}, legend),
    element("div", { class: "practice-options" }, rows),
  ]);
}

export const LETTERS = "ABCDEFGH";

/** Source code, with a button that copies it where the page may. */
export function code(text, name) {
  const copy = press(`copy ${name}`, "Copy", async () => {
    try {
      await navigator.clipboard.writeText(text);
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Select it and copy it by hand";
    }
  }, { "aria-label": `Copy: ${name}` });
  copy.addEventListener("click", () => copy.removeAttribute("aria-label"), { once: true });
  return element("div", { class: "practice-code" }, [
    element("pre", { tabindex: "0", role: "group", "aria-label": name },
      [element("code", {}, [text])]),
    copy,
  ]);
}
