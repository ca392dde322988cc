// What a page of the site does when it opens.

import { currentTheme } from "./theme.js";
import { loadPiece, openFigures, whenNear } from "./pieces.js";
import { DrawView } from "./draw_digit.js";
import { showCards } from "./cards.js";

/** The part of a widget's model that the drawing field uses. */
class FieldModel {
  constructor(state) {
    this.state = state;
    this.heard = new Map();
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    this.state[name] = value;
    this.heard.get(`change:${name}`)?.();
  }
  on(event, callback) {
    this.heard.set(event, callback);
  }
  off(event) {
    this.heard.delete(event);
  }
  save_changes() {}
}

async function openField(place) {
  const state = await loadPiece(place.dataset.pieces, "head");
  place.replaceChildren();
  place.classList.add("live-open");
  const view = new DrawView(new FieldModel({ ...state }), place);
  return () => view.dispose();
}

/** Bring to life what stands inside an element; returns what ends it. */
function enliven(root) {
  const ends = [openFigures(root), whenNear(root.querySelectorAll(".draw-pieces"), openField)];
  return () => ends.forEach((end) => end());
}

const SCROLLING = ".content pre, .content .table-wrapper, .content .math-wrapper";

/** What scrolls inside the page must be reached by the keyboard, too. */
function letKeysScroll() {
  for (const block of document.querySelectorAll(SCROLLING)) {
    if (block.scrollWidth > block.clientWidth || block.scrollHeight > block.clientHeight) {
      block.tabIndex = 0;
    } else block.removeAttribute("tabindex");
  }
}

/** What hangs over the text goes away as a menu does. */
function closeOnLeaving(steps) {
  document.addEventListener("click", ({ target }) => {
    if (!steps.contains(target)) steps.open = false;
  });
  steps.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    steps.open = false;
    steps.querySelector("summary").focus();
  });
}

const TYPED = `alpha α, beta β, gamma γ, delta δ, varepsilon ε, epsilon ε, eta η, kappa κ, lambda λ,
 mu μ, sigma σ, nabla ∇, partial ∂, sum Σ, prod Π, cdot ·, times ×, approx ≈, leq ≤, le ≤, geq ≥,
 ge ≥, neq ≠, pm ±, odot ⊙, leftarrow ←, rightarrow →, to →, infty ∞, top ᵀ`;
const READ_AS = new Map(TYPED.split(",").map((pair) => pair.trim().split(" ")));

/** A formula as it is typed, more as it is read: search shows pages as plain text. */
function untyped(text) {
  if (!text.includes("\\")) return text;
  return text
    .replace(/\\(left|right|quad|qquad|displaystyle)\b|\\[^a-zA-Z]/g, " ")
    .replace(/\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}/g, "$1/$2")
    .replace(/\\([a-zA-Z]+)/g, (_, name) => READ_AS.get(name) ?? name)
    .replace(/[{}]/g, "");
}

function readFormulasFound(results) {
  const tidy = () => {
    const walker = document.createTreeWalker(results, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = untyped(walker.currentNode.data);
      if (text !== walker.currentNode.data) walker.currentNode.data = text;
    }
  };
  new MutationObserver(tidy).observe(results, { childList: true, subtree: true });
  tidy();
}

let readersTheme;

/** Paper is white: what is printed has the light theme. */
function lightForPaper() {
  if (currentTheme() === "light") return;
  readersTheme = document.body.dataset.theme ?? "auto";
  document.body.dataset.theme = "light";
}

function backFromPaper() {
  if (readersTheme === undefined) return;
  document.body.dataset.theme = readersTheme;
  readersTheme = undefined;
}

/** Print; from the dark theme as soon as the figures are painted for paper, or after a while. */
async function printPage() {
  lightForPaper();
  const waits = readersTheme !== undefined;
  const isDark = () => document.querySelector('.live[data-picture^="dark"]');
  for (let i = 0; waits && isDark() && i < 50; i++) await new Promise((go) => setTimeout(go, 100));
  window.print();
}

function openPage() {
  letKeysScroll();
  addEventListener("resize", letKeysScroll);
  // Formulas have no width until MathJax, which comes with the page, has set them.
  addEventListener("load", () => globalThis.MathJax?.startup?.promise?.then(letKeysScroll));
  enliven(document);
  showCards(document, { enliven });
  document.querySelectorAll(".open-lab").forEach(closeOnLeaving);
  document.querySelectorAll("#search-results").forEach(readFormulasFound);
  for (const button of document.querySelectorAll(".open-print")) {
    button.addEventListener("click", printPage);
  }
  addEventListener("beforeprint", lightForPaper);
  addEventListener("afterprint", backFromPaper);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", openPage);
else openPage();
