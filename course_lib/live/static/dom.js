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

/** A button; its name is its text, or `name` if the text is only a sign. */
export function button(text, name, clicked) {
  const made = element("button", { type: "button", "aria-label": name, title: name }, [text]);
  made.addEventListener("click", clicked);
  return made;
}
