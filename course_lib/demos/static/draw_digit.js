// Draw a digit; a network reads it here in the page, with or without a kernel.

import { OWN_KEYS, button, element, uniqueId } from "../../live/static/dom.js";
import { currentTheme, watchTheme } from "../../live/static/theme.js";

// The same numbers and the same arithmetic as in drawn_picture.py, where they are explained.
const SIDE = 28;
const BOX = 20;
const PEN = 2.8;
const FINE = 5;
const SMALLEST = 3;

const HELP =
  "Draw with the mouse, a pen or a finger. Or with the keyboard, once the field has the focus: " +
  "arrow keys move the cross (with Shift by four), Space puts the pen down and lifts it, " +
  "Delete clears, Z takes the last stroke back.";
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** So long, in ms, the drawing rests before its answer is spoken. */
const QUIET = 700;
/** While drawing, the kernel hears of it once in so many ms. */
const PACE = 150;
const TOP = 5;

// ------------------------------------------------------------------ strokes → picture

/** @param {number[][][]} strokes paths of [x, y] in 28ths of the field @returns {Float64Array} */
export function pictureOf(strokes) {
  const ink = inkOf(strokes);
  return ink ? asMnist(ink, BOX * FINE) : new Float64Array(SIDE * SIDE);
}

function inkOf(strokes) {
  const points = strokes.flat();
  if (!points.length) return null;
  const low = [0, 1].map((axis) => Math.min(...points.map((point) => point[axis])));
  const extent = [0, 1].map((axis) => Math.max(...points.map((point) => point[axis])) - low[axis]);
  const radius = (PEN * FINE) / 2;
  const scale = (BOX * FINE - 2 * radius) / Math.max(...extent, SMALLEST);
  const [columns, rows] = extent.map((size) => Math.ceil(size * scale + 2 * radius + 2));
  const ink = { rows, columns, data: new Float64Array(rows * columns) };
  for (const stroke of strokes) {
    const path = stroke.map((point) => point.map((at, axis) => (at - low[axis]) * scale + radius + 1));
    path.forEach((start, i) => drawLine(ink, start, path[i + 1] ?? start, radius));
  }
  return ink;
}

function drawLine({ rows, columns, data }, [x0, y0], [x1, y1], radius) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const reach = radius + 1;
  const lastRow = Math.min(rows, Math.ceil(Math.max(y0, y1) + reach));
  const lastColumn = Math.min(columns, Math.ceil(Math.max(x0, x1) + reach));
  const firstColumn = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
  for (let row = Math.max(0, Math.floor(Math.min(y0, y1) - reach)); row < lastRow; row++) {
    for (let column = firstColumn; column < lastColumn; column++) {
      const [x, y] = [column + 0.5 - x0, row + 0.5 - y0];
      const along = length ? Math.min(1, Math.max(0, (x * dx + y * dy) / length)) : 0;
      const dark = Math.min(1, radius + 0.5 - Math.hypot(x - along * dx, y - along * dy));
      const at = row * columns + column;
      if (dark > data[at]) data[at] = dark;
    }
  }
}

/**
 * Cut out, scaled to 20 pixels, centre of mass in the middle.
 * @param {{rows: number, columns: number, data: ArrayLike<number>}} ink
 * @param {number} least what is smaller, is scaled as if it were so large
 */
export function asMnist(ink, least = 1) {
  let [top, bottom, left, right] = [Infinity, -1, Infinity, -1];
  for (let row = 0; row < ink.rows; row++) {
    for (let column = 0; column < ink.columns; column++) {
      if (!ink.data[row * ink.columns + column]) continue;
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      [left, right] = [Math.min(left, column), Math.max(right, column)];
    }
  }
  const lines = Math.max(bottom - top + 1, right - left + 1, least) / BOX;
  const down = shares(bottom - top + 1, lines);
  const across = shares(right - left + 1, lines);
  const small = down.map((rows) =>
    across.map((columns) => {
      let sum = 0;
      for (const [row, height] of rows) {
        for (const [column, width] of columns) {
          sum += height * width * ink.data[(top + row) * ink.columns + left + column];
        }
      }
      return sum;
    }),
  );
  const ofRows = small.map((row) => row.reduce((a, b) => a + b, 0));
  const ofColumns = across.map((_, column) => small.reduce((sum, row) => sum + row[column], 0));
  const [firstRow, firstColumn] = [middle(ofRows), middle(ofColumns)];
  const picture = new Float64Array(SIDE * SIDE);
  small.forEach((row, r) => picture.set(row, (firstRow + r) * SIDE + firstColumn));
  return picture;
}

/** For each pixel: which lines of the grid lie in it, and with what share. */
function shares(size, lines) {
  return Array.from({ length: Math.ceil(size / lines - 1e-9) }, (_, pixel) => {
    const [from, to] = [pixel * lines, (pixel + 1) * lines];
    const found = [];
    for (let line = Math.floor(from); line < Math.min(size, to); line++) {
      const share = (Math.min(to, line + 1) - Math.max(from, line)) / lines;
      if (share > 0) found.push([line, share]);
    }
    return found;
  });
}

/** Where the ink must begin so that its centre of mass is in the middle. */
function middle(sums) {
  const mass = sums.reduce((a, b) => a + b, 0);
  const centre = sums.reduce((sum, ink, i) => sum + ink * (i + 0.5), 0) / mass;
  const start = Math.floor(SIDE / 2 + 1 - centre + 1e-6);
  return Math.min(Math.max(start, 0), SIDE - sums.length);
}

// ------------------------------------------------------------------ picture → answer

/**
 * The forward pass.
 * @param {Array<{n_in: number, n_out: number, relu: boolean, W: Float32Array, b: Float32Array}>} layers
 * @returns {{probabilities: Float64Array, hidden: Float64Array|null}}
 */
export function forward(layers, picture) {
  let values = picture;
  let hidden = null;
  layers.forEach(({ n_in, n_out, relu, W, b }, layer) => {
    const next = Float64Array.from(b);
    for (let i = 0; i < n_in; i++) {
      if (values[i] === 0) continue; // most of a picture is paper
      for (let j = 0, at = i * n_out; j < n_out; j++, at++) next[j] += values[i] * W[at];
    }
    if (relu) for (let j = 0; j < n_out; j++) next[j] = Math.max(0, next[j]);
    values = next;
    if (layer === 0 && layers.length > 1) hidden = next;
  });
  const most = Math.max(...values);
  const raised = values.map((logit) => Math.exp(logit - most));
  const sum = raised.reduce((a, b) => a + b, 0);
  return { probabilities: raised.map((value) => value / sum), hidden };
}

/** Float32 numbers from what a model holds: a DataView in a notebook, base64 in a page. */
function floats(value) {
  if (typeof value === "string") {
    return new Float32Array(Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0)).buffer);
  }
  const { buffer, byteOffset, byteLength } = value;
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

function layersOf(model) {
  const numbers = floats(model.get("_numbers"));
  let at = 0;
  const take = (count) => numbers.subarray(at, (at += count));
  return model.get("_layers").map((layer) => ({
    ...layer,
    W: take(layer.n_in * layer.n_out),
    b: take(layer.n_out),
  }));
}

const percent = (share) => {
  if (share > 0.999 && share < 1) return "> 99.9 %";
  if (share > 0 && share < 0.001) return "< 0.1 %";
  return `${(100 * share).toFixed(1)} %`;
};

// ------------------------------------------------------------------ the page

function canvas(size, attributes) {
  return element("canvas", { width: size, height: size, ...attributes });
}

/** A 28 × 28 picture on a canvas; `color(value)` gives [red, green, blue]. */
function paint(target, values, color) {
  const image = new ImageData(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) image.data.set([...color(values[i]), 255], 4 * i);
  target.getContext("2d").putImageData(image, 0, 0);
}

const grey = (ink) => Array(3).fill(Math.round(255 * (1 - ink)));
const [WHITE, ORANGE, BLUE] = [[255, 255, 255], [190, 90, 0], [0, 70, 140]];
const diverging = (share) => {
  const strength = Math.min(1, Math.abs(share));
  const end = share > 0 ? ORANGE : BLUE;
  return WHITE.map((white, i) => Math.round(white + strength * (end[i] - white)));
};

export class DrawView {
  constructor(model, el) {
    this.model = model;
    this.layers = layersOf(model);
    this.cursor = [14, 6];
    this.penDown = false;
    this.unit = 0;
    this.root = element("div", { class: "draw-digit" });
    this.build();
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
    this.theme = () => {
      if (this.root.dataset.theme === currentTheme()) return;
      this.root.dataset.theme = currentTheme();
      this.paintField();
    };
    this.stopWatching = watchTheme(this.theme);
    // The model only stores: what the kernel echoes late must not undo a newer stroke.
    this.follow = () => {
      if (this.sooner !== undefined || this.telling) return;
      this.adopt();
      this.answer();
    };
    this.adopt();
    model.on("change:_strokes", this.follow);
    el.append(this.root);
    this.theme();
    this.answer();
  }

  dispose() {
    this.model.off("change:_strokes", this.follow);
    this.stopWatching();
    clearTimeout(this.later);
    clearTimeout(this.sooner);
    this.root.remove();
  }

  adopt() {
    this.strokes = this.model.get("_strokes");
    this.example = this.model.get("_example");
  }

  build() {
    const help = uniqueId();
    this.field = canvas(560, {
      class: "draw-field", tabindex: 0, role: "application", "aria-label": "Field to draw a digit in",
      "aria-describedby": help, ...OWN_KEYS,
    });
    this.undo = button("Undo", undefined, () => this.takeBack());
    this.clear = button("Clear", undefined, () => this.wipe());
    this.hint = element("p", { class: "draw-hint" });
    this.seen = canvas(SIDE, { class: "draw-seen", role: "img" });
    this.bars = Array.from({ length: 10 }, (_, digit) => {
      const bar = element("span", { class: "draw-bar" });
      const value = element("span", { class: "draw-value" });
      const row = element("li", {}, [
        element("b", {}, [String(digit)]), element("span", { class: "draw-track" }, [bar]), value,
      ]);
      return { row, bar, value };
    });
    this.says = element("p", { class: "draw-says" });
    this.spoken = element("p", { class: "draw-spoken", role: "status", "aria-live": "polite" });
    this.root.append(
      element("div", { class: "draw-main" }, [
        element("div", { class: "draw-left" }, [
          this.field, element("div", { class: "draw-buttons" }, [this.undo, this.clear]), this.hint,
        ]),
        element("div", { class: "draw-middle" }, [
          element("p", { class: "draw-title" }, ["The network sees"]), this.seen,
          element("p", { class: "draw-faint" }, ["28 × 28 pixels: scaled to 20, centred by mass"]),
        ]),
        element("div", { class: "draw-right" }, [
          element("p", { class: "draw-title" }, ["Its probabilities"]),
          element("ul", { class: "draw-bars" }, this.bars.map(({ row }) => row)),
        ]),
      ]),
      this.says,
      ...(this.layers.length > 1 ? [this.buildUnits()] : []),
      element("p", { class: "draw-faint", id: help }, [HELP]),
      this.spoken,
    );
    this.listen();
  }

  buildUnits() {
    const [{ n_out }] = this.layers;
    const title = uniqueId();
    this.units = Array.from({ length: n_out }, (_, unit) => {
      const made = button(element("span", { class: "draw-dot" }), undefined, () => this.show(unit));
      made.tabIndex = unit === 0 ? 0 : -1;
      made.addEventListener("pointerenter", () => this.show(unit));
      made.addEventListener("focus", () => this.show(unit));
      return made;
    });
    const grid = element("div", { class: "draw-units", role: "group", "aria-labelledby": title },
      this.units);
    grid.addEventListener("keydown", (event) => this.moveUnit(event));
    this.weights = canvas(SIDE, { class: "draw-weights", role: "img" });
    this.about = element("figcaption", {});
    this.top = Array.from({ length: Math.min(TOP, n_out) }, () => {
      const picture = canvas(SIDE, { class: "draw-weights", role: "img" });
      return { picture, words: element("figcaption", {}) };
    });
    return element("div", { class: "draw-hidden" }, [
      element("p", { class: "draw-title", id: title }, [
        `The ${n_out} units of the first layer: the larger the square, the more a unit fires`,
      ]),
      element("div", { class: "draw-pair" }, [
        grid, element("figure", {}, [this.weights, this.about]),
      ]),
      element("p", { class: "draw-title" }, [
        "Those that fire most, and their weights: orange where ink excites a unit, blue where it silences it",
      ]),
      element("div", { class: "draw-top" },
        this.top.map(({ picture, words }) => element("figure", {}, [picture, words]))),
    ]);
  }

  // ---------------------------------------------------------------- drawing

  listen() {
    const at = (event) => {
      const box = this.field.getBoundingClientRect();
      const inside = (share) => Math.min(SIDE, Math.max(0, SIDE * share));
      return [
        inside((event.clientX - box.left) / box.width), inside((event.clientY - box.top) / box.height),
      ];
    };
    this.field.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || this.pointer !== undefined) return;
      event.preventDefault();
      this.field.focus({ preventScroll: true });
      this.field.setPointerCapture(event.pointerId);
      this.pointer = event.pointerId;
      this.penDown = false;
      this.begin(at(event));
    });
    this.field.addEventListener("pointermove", (event) => {
      if (event.pointerId !== this.pointer) return;
      const moves = event.getCoalescedEvents?.() ?? [];
      for (const move of moves.length ? moves : [event]) this.extend(at(move));
    });
    for (const type of ["pointerup", "pointercancel"]) {
      this.field.addEventListener(type, (event) => {
        if (event.pointerId !== this.pointer) return;
        this.pointer = undefined;
        this.tell();
      });
    }
    this.field.addEventListener("keydown", (event) => this.press(event));
    for (const type of ["focus", "blur"]) {
      this.field.addEventListener(type, () => this.paintField());
    }
  }

  begin(point) {
    // The example makes room for the first stroke.
    this.change([...(this.example ? [] : this.strokes), [point]]);
  }

  extend(point) {
    const strokes = this.strokes;
    const stroke = strokes.at(-1);
    const [x, y] = stroke.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) < 0.1) return;
    this.change([...strokes.slice(0, -1), [...stroke, point]]);
  }

  takeBack() {
    this.penDown = false;
    this.change(this.strokes.slice(0, -1));
    this.tell();
  }

  wipe() {
    this.penDown = false;
    this.change([]);
    this.tell();
  }

  change(strokes) {
    this.strokes = strokes;
    this.example = false;
    this.answer();
    this.sooner ??= setTimeout(() => this.tell(), PACE);
  }

  /** Tell the kernel. */
  tell() {
    clearTimeout(this.sooner);
    this.sooner = undefined;
    const { picture, probabilities } = this.read;
    this.telling = true;
    this.model.set("_strokes", this.strokes);
    this.model.set("_example", this.example);
    const bytes = new Uint8Array(Float64Array.of(...picture, ...probabilities).buffer);
    this.model.set("_answer", btoa(String.fromCharCode(...bytes)));
    this.telling = false;
    this.model.save_changes();
  }

  press(event) {
    const step = STEPS[event.key];
    const { ctrlKey, metaKey, altKey, shiftKey } = event;
    if (event.key.toLowerCase() === "z" && !altKey) this.takeBack();
    else if (ctrlKey || metaKey || altKey) return;
    else if (step) this.moveCursor(step.map((way) => (shiftKey ? 4 : 1) * way));
    else if (event.key === " ") this.togglePen();
    else if (event.key === "Delete" || event.key === "Backspace") this.wipe();
    else return;
    event.preventDefault();
    this.paintField();
  }

  moveCursor(by) {
    this.cursor = this.cursor.map((at, axis) => Math.min(SIDE - 1, Math.max(0, at + by[axis])));
    if (this.penDown) this.extend(this.cursor.map((at) => at + 0.5));
    this.speakPlace();
  }

  togglePen() {
    this.penDown = !this.penDown;
    if (this.penDown) this.begin(this.cursor.map((at) => at + 0.5));
    else this.tell();
    this.speakPlace();
  }

  speakPlace() {
    const [column, row] = this.cursor.map((at) => at + 1);
    this.spoken.textContent = `Column ${column}, row ${row}, pen ${this.penDown ? "down" : "up"}`;
  }

  // ---------------------------------------------------------------- showing

  answer() {
    const picture = pictureOf(this.strokes);
    const empty = !this.strokes.length;
    this.read = { picture, ...forward(this.layers, picture) };
    const { probabilities, hidden } = this.read;
    const best = probabilities.indexOf(Math.max(...probabilities));
    this.bars.forEach(({ row, bar, value }, digit) => {
      row.classList.toggle("draw-best", digit === best);
      bar.style.width = `${100 * probabilities[digit]}%`;
      value.textContent = percent(probabilities[digit]);
    });
    paint(this.seen, picture, grey);
    const top = `${best}, ${percent(probabilities[best])}`;
    const reading = empty
      ? `Nothing is drawn. Blank paper, too, gets an answer: ${top}.`
      : `Most probable: ${top}.`;
    this.seen.setAttribute("aria-label", `The picture that the network sees. ${reading}`);
    this.says.textContent = this.example
      ? `An example. ${reading} Your first stroke takes its place.`
      : reading;
    this.hint.textContent = empty ? "Draw a digit, large or small." : "";
    this.undo.disabled = this.clear.disabled = empty;
    this.paintField();
    if (hidden) this.paintUnits(hidden);
    clearTimeout(this.later);
    if (this.root.isConnected) {
      this.later = setTimeout(() => (this.spoken.textContent = reading), QUIET);
    }
    this.root.dataset.best = best;
    this.root.dataset.points = this.strokes.flat().length;
  }

  paintField() {
    const pen = this.field.getContext("2d");
    const unit = this.field.width / SIDE;
    const dark = this.root.dataset.theme === "dark";
    pen.fillStyle = dark ? "#1f1f1f" : "#ffffff";
    pen.fillRect(0, 0, this.field.width, this.field.height);
    pen.strokeStyle = pen.fillStyle = dark ? "#e8e8e8" : "#1a1a1a";
    if (this.example) pen.strokeStyle = dark ? "#8c8c8c" : "#767676";
    Object.assign(pen, { lineWidth: 2 * unit, lineCap: "round", lineJoin: "round" });
    for (const stroke of this.strokes) {
      pen.beginPath();
      for (const [x, y] of [stroke[0], ...stroke]) pen.lineTo(x * unit, y * unit);
      pen.stroke();
    }
    if (document.activeElement !== this.field || this.pointer !== undefined) return;
    const [x, y] = this.cursor.map((at) => (at + 0.5) * unit);
    pen.strokeStyle = dark ? "#ff9d5c" : "#b34700";
    pen.lineWidth = this.penDown ? 6 : 3;
    pen.beginPath();
    pen.moveTo(x - unit, y);
    pen.lineTo(x + unit, y);
    pen.moveTo(x, y - unit);
    pen.lineTo(x, y + unit);
    pen.stroke();
  }

  paintUnits(hidden) {
    const most = Math.max(...hidden, 1e-9);
    this.hidden = hidden;
    this.units.forEach((unit, j) => {
      const fires = hidden[j] > 0;
      unit.firstChild.style.transform = `scale(${fires ? Math.sqrt(hidden[j] / most) : 0})`;
      unit.setAttribute("aria-label", `Unit ${j + 1}: ${hidden[j].toFixed(2)}`);
    });
    const order = [...hidden.keys()].sort((a, b) => hidden[b] - hidden[a]);
    this.top.forEach(({ picture, words }, place) => {
      const unit = order[place];
      this.paintWeights(picture, unit);
      words.textContent = hidden[unit] > 0 ? `unit ${unit + 1}: ${hidden[unit].toFixed(1)}` : "silent";
      picture.style.opacity = hidden[unit] > 0 ? 1 : 0.25;
    });
    this.show(this.unit);
  }

  paintWeights(target, unit) {
    const [{ W, n_in, n_out }] = this.layers;
    const column = Array.from({ length: n_in }, (_, i) => W[i * n_out + unit]);
    const limit = Math.max(...column.map(Math.abs)) * 0.7 || 1;
    paint(target, column, (weight) => diverging(weight / limit));
    target.setAttribute("aria-label",
      `The weights of unit ${unit + 1}, one for each pixel: orange above zero, blue below.`);
  }

  show(unit) {
    this.units[this.unit].tabIndex = -1;
    this.units[this.unit].classList.remove("draw-chosen");
    this.unit = unit;
    this.units[unit].tabIndex = 0;
    this.units[unit].classList.add("draw-chosen");
    this.paintWeights(this.weights, unit);
    this.about.textContent = `unit ${unit + 1}: ${this.hidden[unit].toFixed(2)}`;
  }

  moveUnit(event) {
    const { length } = this.units;
    const across = Math.max(1, Math.round(
      this.units[0].parentElement.clientWidth / this.units[0].offsetWidth));
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const next = this.unit + step[0] + across * step[1];
    if (next >= 0 && next < length) this.units[next].focus();
  }
}

export default {
  render({ model, el }) {
    const view = new DrawView(model, el);
    return () => view.dispose();
  },
};
