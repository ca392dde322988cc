// Making elements.

let count = 0;

/** A name for an element that no other element of the page has. */
export const uniqueId = () => `live-${Date.now().toString(36)}-${count++}`;

/**
 * @param {string} tag
 * @param {object} attributes true sets an attribute without a value, false and undefined set none
 * @param {Array<Node|string>} children
 */
export function element(tag, attributes = {}, children = []) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/**
 * A button.
 * @param {string|Node} face a word or an icon
 * @param {string|undefined} name what it does, if its face is an icon
 * @param {() => void} clicked
 */
export function button(face, name, clicked) {
  const attributes = { type: "button", "aria-label": name, title: name, ...OWN_KEYS };
  const made = element("button", attributes, [face]);
  made.addEventListener("click", clicked);
  return made;
}

/** JupyterLab takes arrow keys, letters and Enter from an input that does not say this. */
export const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

const SHAPES = {
  back: "M3 3h2v10H3zM13 3v10L6 8z",
  forward: "M11 3h2v10h-2zM3 3v10l7-5z",
  play: "M4 2v12l9-6z",
  pause: "M4 2h3v12H4zM9 2h3v12H9z",
};

/** A picture on a button, 16 by 16 pixels; the button's name says what it does. */
export function icon(name) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  picture.setAttribute("viewBox", "0 0 16 16");
  picture.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SHAPES[name]);
  picture.append(path);
  return picture;
}
