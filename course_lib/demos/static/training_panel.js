// The view of TrainingPanel. It shows what the model says and says what was pressed or moved.

const BUTTONS = [
  ["start", "Start"],
  ["pause", "Pause"],
  ["step", "Step"],
  ["reset", "Reset"],
];

let count = 0;

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// JupyterLab would take arrow keys, space and letters for its own shortcuts.
function control(tag, attributes, ...children) {
  return element(tag, { "data-lm-suppress-shortcuts": "true", ...attributes }, ...children);
}

// A slider over a list of values; shows any number, also one that is not in the list.
function slider(model, trait, values, label, words) {
  const id = `training-panel-${count++}`;
  const input = control("input", { id, type: "range", min: 0, step: 1 });
  // The slider itself says its value; an <output> would say it a second time.
  const output = element("span", { "aria-hidden": "true" });
  const show = () => {
    const list = model.get(values);
    const value = model.get(trait);
    const distance = (other) => Math.abs(Math.log(other) - Math.log(value));
    const nearest = list.reduce((best, other, i) =>
      distance(other) < distance(list[best]) ? i : best, 0);
    input.max = list.length - 1;
    input.value = nearest;
    output.textContent = words(value);
    input.setAttribute("aria-valuetext", words(value));
  };
  input.addEventListener("input", () => {
    model.set(trait, model.get(values)[input.valueAsNumber]);
    model.save_changes();
  });
  const row = element("div", { class: "training-panel-slider" },
    element("label", { for: id }, label), input, output);
  return { row, show };
}

function render({ model, el }) {
  const root = element("section", {
    class: "training-panel", "aria-label": "Training panel of the MNIST classifier",
  });
  const status = element("p", { class: "training-panel-status", role: "status" });
  const numbers = element("dl", { class: "training-panel-numbers" });
  const explanation = element("div", { class: "training-panel-explanation", role: "alert" });
  const image = element("img", { class: "training-panel-curves" });

  const buttons = element("div", { class: "training-panel-buttons" });
  const pressable = {};
  for (const [name, text] of BUTTONS) {
    const button = control("button", { type: "button" }, text);
    // aria-disabled, not disabled: a disabled button would lose the keyboard's place.
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") model.send({ press: name });
    });
    pressable[name] = button;
    buttons.append(button);
  }

  const rate = slider(model, "learning_rate", "learning_rates", "Learning rate",
    (value) => String(Number(value.toPrecision(3))));
  const size = slider(model, "batch_size", "batch_sizes", "Batch size",
    (value) => `${value} ${value === 1 ? "digit" : "digits"}`);
  const paceId = `training-panel-${count++}`;
  const pace = control("select", { id: paceId });
  for (const name of model.get("paces")) pace.append(element("option", {}, name));
  pace.addEventListener("change", () => {
    model.set("pace", pace.value);
    model.save_changes();
  });
  const paceRow = element("div", { class: "training-panel-slider" },
    element("label", { for: paceId }, "Speed"), pace);

  const showStatus = () => {
    const text = model.get("status");
    if (status.textContent !== text) status.textContent = text;
    const running = model.get("running");
    pressable.start.setAttribute("aria-disabled", running);
    pressable.pause.setAttribute("aria-disabled", !running);
    root.classList.toggle("training-panel-running", running);
  };
  const showNumbers = () => {
    const pairs = model.get("numbers");
    if (numbers.children.length !== pairs.length) {
      numbers.replaceChildren(...pairs.map(() =>
        element("div", {}, element("dt"), element("dd"))));
    }
    pairs.forEach(([name, value], i) => {
      const [dt, dd] = numbers.children[i].children;
      if (dt.textContent !== name) dt.textContent = name;
      if (dd.textContent !== value) dd.textContent = value;
    });
  };
  const showExplanation = () => {
    explanation.replaceChildren(
      ...model.get("explanation").map((text) => element("p", {}, text)));
  };
  let address = null;
  const showCurves = () => {
    const next = URL.createObjectURL(new Blob([model.get("curves")], { type: "image/png" }));
    const before = address;
    address = next;
    image.alt = model.get("curves_alt");
    // Decoded first, so that no frame is empty.
    const decoded = new Image();
    decoded.src = next;
    decoded.decode().catch(() => {}).then(() => {
      if (address === next) image.src = next;
      if (before) URL.revokeObjectURL(before);
    });
  };

  const followTheme = () => {
    const dark = document.body.dataset.jpThemeLight === "false";
    if (dark !== model.get("dark")) {
      model.set("dark", dark);
      model.save_changes();
    }
  };
  const theme = new MutationObserver(followTheme);
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });

  const shown = {
    "change:status": showStatus,
    "change:running": showStatus,
    "change:numbers": showNumbers,
    "change:explanation": showExplanation,
    "change:curves": showCurves,
    "change:learning_rate": rate.show,
    "change:batch_size": size.show,
    "change:pace": () => { pace.value = model.get("pace"); },
  };
  for (const [event, show] of Object.entries(shown)) {
    model.on(event, show);
    show();
  }
  followTheme();

  root.append(
    status, numbers, buttons,
    element("div", { class: "training-panel-controls" }, rate.row, size.row, paceRow),
    explanation, image);
  el.append(root);

  return () => {
    theme.disconnect();
    for (const [event, show] of Object.entries(shown)) model.off(event, show);
    if (address) URL.revokeObjectURL(address);
  };
}

export default { render };
