// One view of a card: draws what a model describes, tells the model what the learner does. The model
// is a widget's, behind which stands a kernel, or one in the page itself.

import { element, uniqueId } from "../../live/static/dom.js";
import { currentTheme, watchTheme } from "../../live/static/theme.js";
import { exerciseParts } from "./exercise.js";
import { gateParts, revealParts, reviewParts } from "./gate.js";
import { calibrationParts, download, mapParts, progressParts } from "./map.js";
import { quizParts } from "./quiz.js";

const KINDS = {
  quiz: quizParts, gate: gateParts, reveal: revealParts, exercise: exerciseParts, map: mapParts,
  calibration: calibrationParts, review: reviewParts, progress: progressParts,
};
/** These look at the file again when they come into view: another notebook may have added to it. */
const FRESH = ["map", "calibration", "progress"];
/** So long, in ms, an answer may take before the page says that it waits. */
const KERNEL_PATIENCE = 1500;

export class CardView {
  constructor(model, el) {
    this.model = model;
    this.memory = new Map();
    const heading = uniqueId();
    this.heading = element("h2", { class: "practice-title", id: heading });
    this.body = element("div", { class: "practice-body" });
    this.waiting = element("p", { class: "practice-waiting", role: "status" });
    this.status = element("p", { class: "practice-spoken", role: "status", "aria-live": "polite" });
    this.notice = element("div", { class: "practice-notice", role: "status", hidden: true });
    // No landmark: a page has many cards, and several of the same name.
    this.root = element("div", { class: "practice", role: "group", "aria-labelledby": heading },
      [this.heading, this.body, this.waiting, this.notice, this.status]);
    // Keys would otherwise be commands of the notebook; see also `draw`.
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
    this.follow = () => this.show();
    this.receive = (message) => {
      if (message.type === "download") download(message.name, message.text);
    };
    model.on("change:_view", this.follow);
    model.on("msg:custom", this.receive);
    this.stopWatching = watchTheme(() => this.show(true));
    el.append(this.root);
    model.send({ do: "appear" });
    this.show();
    this.watchForView();
  }

  dispose() {
    this.model.off("change:_view", this.follow);
    this.model.off("msg:custom", this.receive);
    this.stopWatching();
    this.inView?.disconnect();
    clearTimeout(this.timer);
    this.model.send({ do: "vanish" });
    this.root.remove();
  }

  /** Tell the kernel; an impatient second press of the same button is no second wish. */
  act(what, details = {}) {
    if (this.pending === what) return;
    this.pending = what;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.waiting.textContent =
        "Waiting for the kernel. It is busy with a cell, or it was stopped: then run this cell again.";
      this.pending = null;
    }, KERNEL_PATIENCE);
    // Last, as a model in the page answers at once.
    this.model.send({ do: what, ...details });
  }

  show(onlyLooks = false) {
    const view = this.model.get("_view");
    const theme = currentTheme();
    if (onlyLooks && theme === this.root.dataset.theme) return;
    this.root.dataset.theme = theme;
    if (!onlyLooks && view.heard !== this.heard) this.answered(view);
    this.root.dataset.kind = view.kind;
    this.root.dataset.phase = view.phase ?? "";
    if (this.heading.textContent !== view.title) this.heading.textContent = view.title;
    this.notice.hidden = !view.notice;
    this.notice.textContent = view.notice;
    this.draw(view, theme);
  }

  answered(view) {
    const first = this.heard === undefined;
    this.heard = view.heard;
    this.pending = null;
    clearTimeout(this.timer);
    this.waiting.textContent = "";
    if (!first) this.status.textContent = view.said;
  }

  /** Draw the body anew; focus and opened parts stay, or go on to what comes next. */
  draw(view, theme) {
    const { heard, said, notice, ...content } = view;
    const drawn = JSON.stringify([content, theme]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const focused = this.body.contains(document.activeElement) ? document.activeElement : null;
    const opened = new Set([...this.body.querySelectorAll("details[open]")]
      .map((details) => details.dataset.key));
    const act = (what, details) => this.act(what, details);
    this.body.replaceChildren(...KINDS[view.kind](view, act, this.memory, theme));
    for (const details of this.body.querySelectorAll("details")) {
      details.open = opened.has(details.dataset.key);
    }
    // JupyterLab and Notebook look for this on the very element that has the focus.
    for (const part of this.body.querySelectorAll("a, button, input, summary, [tabindex]")) {
      part.dataset.lmSuppressShortcuts = "true";
    }
    if (!focused) return;
    const key = focused.closest("[data-key]")?.dataset.key;
    const same = key && this.body.querySelector(`[data-key="${CSS.escape(key)}"]`);
    const next = same?.querySelector(":scope > summary") ?? same
      ?? this.body.querySelector("[data-next]") ?? this.body.querySelector("button");
    next?.focus();
  }

  watchForView() {
    if (!FRESH.includes(this.model.get("_view").kind)) return;
    let before = true;
    this.inView = new IntersectionObserver(([entry]) => {
      if (entry.isIntersecting && !before) this.model.send({ do: "refresh" });
      before = entry.isIntersecting;
    });
    this.inView.observe(this.root);
  }
}
