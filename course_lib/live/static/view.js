// One view of a figure: a canvas, its caption, its controls.

import { Painter } from "./painter.js";
import { controlRow, resetButton, runRow } from "./controls.js";
import { followPointer } from "./pointing.js";
import { currentTheme, watchTheme } from "./theme.js";
import { OWN_KEYS, element } from "./dom.js";

/** A screen reader hears the caption when it has stood still for this long, in ms. */
const SETTLED = 500;

export class View {
  /**
   * @param {Store} store
   * @param {HTMLElement} el
   */
  constructor(store, el) {
    this.store = store;
    this.el = el;
    this.build();
    this.theme = currentTheme();
    this.stopWatching = watchTheme(() => this.restyle());
    this.sizes = new ResizeObserver(([entry]) => this.resized(entry));
    this.observeSize();
    store.attach(this);
    this.restyle();
    this.refresh();
  }

  build() {
    const { scene, controls } = this.store;
    this.canvas = element("canvas", { role: "img", "aria-label": scene.alt });
    this.canvas.style.aspectRatio = `${scene.width} / ${scene.height}`;
    this.canvas.style.width = `${scene.width}px`;
    // A long message scrolls, so a keyboard must be able to reach it.
    this.error = element("div", { class: "live-error", hidden: true, tabindex: "0",
      role: "region", "aria-label": "Error", ...OWN_KEYS });
    this.caption = element("p", { class: "live-caption", "aria-hidden": "true" });
    this.status = element("p", { class: "live-status", role: "status", "aria-live": "polite" });
    // Without a kernel there is no run that could read the controls.
    const moving = scene.stream && scene.alone ? [] : controls;
    this.rows = moving.map((control) => controlRow(this.store, control));
    followPointer(this.canvas, this.store, moving);
    if (scene.stream) this.rows.unshift(runRow(this.store));
    this.root = element("div", { class: "live", role: "group", "aria-label": scene.name }, [
      element("div", { class: "live-figure" }, [this.canvas, this.error]),
      this.caption,
      this.status,
      element("div", { class: "live-controls" }, [
        ...this.rows.map((row) => row.element),
        ...(scene.stream ? [] : [resetButton(this.store)]),
      ]),
    ]);
    // JupyterLab would take arrow keys and letters as its own commands.
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
    this.el.append(this.root);
  }

  dispose() {
    this.stopWatching();
    this.sizes.disconnect();
    cancelAnimationFrame(this.pending);
    clearTimeout(this.settling);
    this.store.detach(this);
    this.root.remove();
  }

  // ---------------------------------------------------------------- what changes

  /**
   * Something of the store changed: show it.
   *
   * The first change is painted at once, to be in the frame of the screen that is being made, not
   * in the one after it. Further ones until that frame is out are painted together in the next.
   */
  refresh() {
    if (this.pending !== undefined) {
      this.stale = true;
      return;
    }
    this.stale = false;
    this.pending = requestAnimationFrame(() => {
      this.pending = undefined;
      if (this.stale) this.refresh();
    });
    this.rows.forEach((row) => row.refresh());
    this.say();
    this.paint();
  }

  /** The page's theme or the size changed, or pictures of what stands still came. */
  async restyle() {
    this.theme = currentTheme();
    this.root.dataset.theme = this.theme;
    if (!this.scale) return; // nothing is laid out yet
    const picture = this.store.layersFor(this.theme, this.scale > 1 ? 2 : 1);
    this.picture = picture;
    const layers = await picture.decoded;
    // Another theme or size may have come meanwhile, and its pictures earlier.
    if (this.picture !== picture) return;
    this.layers = layers;
    this.inks = picture.theme; // what moves is painted to match, not ahead of its background
    this.root.dataset.picture = picture.name;
    this.scaled = undefined;
    this.refresh();
  }

  /** Hear of changes of the canvas's size in device pixels: a zoom changes only those. */
  observeSize() {
    try {
      this.sizes.observe(this.canvas, { box: "device-pixel-content-box" });
    } catch {
      this.sizes.observe(this.canvas); // Safari
    }
  }

  resized(entry) {
    const { width, height } = this.store.scene;
    const about = entry.contentRect.width * devicePixelRatio;
    const exact = entry.devicePixelContentBoxSize?.[0].inlineSize;
    // A browser that only pretends to have another screen does not count its device pixels.
    const columns = Math.abs(exact - about) < 1 ? exact : Math.round(about);
    if (!columns || (this.canvas.width === columns && this.scale)) return;
    this.scale = columns / width;
    this.canvas.width = columns;
    this.canvas.height = Math.max(1, Math.round(height * this.scale));
    this.scaled = undefined;
    // A canvas is blank after a change of size: paint before the page shows it.
    this.paint();
    this.restyle();
  }

  say() {
    const { caption, shown } = this.store;
    const error = shown?.error ?? null;
    this.error.hidden = error === null;
    this.error.textContent = error ?? "";
    if (caption !== null) this.caption.textContent = caption;
    const text = error ?? this.caption.textContent;
    if (text === this.said) return;
    this.said = text;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => (this.status.textContent = text), SETTLED);
  }

  // ---------------------------------------------------------------- the picture

  paint() {
    const { shown, shared } = this.store;
    if (!this.layers || !this.scale || !shown) return;
    // While frames come in for other positions there is nothing new to paint.
    if (this.scaled && this.painted === shown) return;
    this.painted = shown;
    const context = this.canvas.getContext("2d");
    const painter = new Painter(context, shared, this.scale, this.inks);
    const lists = shown.error ? [] : Painter.lists(shown.ops);
    this.scaled ??= this.layers.map((layer) => this.atScale(layer));
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const last = Math.max(lists.length, ...this.layers.map((layer) => layer.gap + 1));
    for (let gap = 0; gap < last; gap++) {
      this.layers.forEach((layer, i) => {
        if (layer.gap !== gap) return;
        const { picture, x, y } = this.scaled[i];
        context.drawImage(picture, x, y);
      });
      if (lists[gap]?.length) painter.paint(lists[gap]);
    }
    this.root.dataset.frame = shown.key;
    this.root.dataset.paints = Number(this.root.dataset.paints ?? 0) + 1;
  }

  /** A layer at the size of the canvas, so that painting it is a plain copy. */
  atScale({ image, box }) {
    const [x0, y0, x1, y1] = [box[0], box[1], box[0] + box[2], box[1] + box[3]].map(
      (v) => v * this.scale,
    );
    const x = Math.floor(x0), y = Math.floor(y0);
    const picture = new OffscreenCanvas(Math.ceil(x1) - x || 1, Math.ceil(y1) - y || 1);
    const context = picture.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, x0 - x, y0 - y, x1 - x0, y1 - y0);
    return { picture, x, y };
  }
}
