// The controls: native inputs with real labels, so that keyboards, touch and screen readers work.

import { OWN_KEYS, button, element, icon, uniqueId } from "./dom.js";
import { Player } from "./player.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];

/**
 * @param {Store} store
 * @param {object} control what Control.spec of controls.py says
 * @returns {{element: HTMLElement, refresh: () => void}} `refresh` shows where the control stands
 */
export function controlRow(store, control) {
  return { slider, choice, toggle, steps }[control.kind](store, control);
}

/** The buttons, the history and the state of a run. */
export function runRow(store) {
  const startButton = button("Start", undefined, () =>
    store.run(store.state.status === "running" ? "pause" : "start"));
  const stepButton = button("Step", undefined, () => store.run("step"));
  const restart = button("Reset", undefined, () => store.run("reset"));
  const state = element("span", { class: "live-state", role: "status" });
  const { noun } = store.scene;
  const input = element("input", { type: "range", id: uniqueId(), min: 0, max: 0, step: 1,
    ...OWN_KEYS });
  input.addEventListener("input", () => {
    const index = Number(input.value);
    store.stopPlaying();  // which refreshes, and so sets the input back
    store.show(index);
  });
  const value = element("span", { class: "live-value", "aria-hidden": "true" });
  const label = element("label", { for: input.id }, ["History"]);
  // Without a kernel nothing runs, but what was recorded can be played.
  const playButton = button("Play", undefined, () => store.playOrPause());
  const buttons = store.scene.alone ? [playButton] : [startButton, stepButton, restart];
  return {
    element: element("div", { class: "live-run" }, [
      element("div", { class: "live-row", role: "group", "aria-label": "Run" }, [...buttons, state]),
      element("div", { class: "live-row" }, [label, input, value]),
    ]),
    refresh() {
      const { status, text } = store.state;
      startButton.textContent = status === "running" ? "Pause" : "Start";
      playButton.textContent = store.playing === undefined ? "Play" : "Pause";
      startButton.disabled = stepButton.disabled = status === "finished" || status === "failed";
      if (state.textContent !== text) state.textContent = text;
      const { numbers, key } = store;
      input.max = numbers.length - 1;
      input.value = numbers.indexOf(key);
      const words = `${noun} ${key} of ${store.latest}`;
      value.textContent = words;
      value.style.minWidth = `${words.length}ch`;
      input.setAttribute("aria-valuetext", words);
    },
  };
}

export function resetButton(store) {
  const made = button("Reset", undefined, () => store.reset());
  made.classList.add("live-reset");
  return made;
}

const indexOf = (store, control) => store.indices[store.controls.indexOf(control)];

function slider(store, control) {
  const { input, value, refresh } = range(store, control);
  const label = element("label", { for: input.id }, [control.label]);
  return { element: element("div", { class: "live-row" }, [label, input, value]), refresh };
}

/** A native range over a control's positions, and its value in words beside it. */
function range(store, control, name) {
  const input = element("input", {
    type: "range", id: uniqueId(), min: 0, max: control.values.length - 1, step: 1,
    "aria-label": name, ...OWN_KEYS,
  });
  const value = element("span", { class: "live-value", "aria-hidden": "true" });
  // The value keeps its width, or the slider would move away under the pointer.
  value.style.minWidth = `${Math.max(...control.texts.map((text) => text.length))}ch`;
  input.addEventListener("input", () => store.move(control, Number(input.value)));
  const refresh = () => {
    const index = indexOf(store, control);
    if (Number(input.value) !== index) input.value = index;
    value.textContent = control.texts[index];
    input.setAttribute("aria-valuetext", control.texts[index]);
  };
  return { input, value, refresh };
}

function choice(store, control) {
  const select = element("select", { id: uniqueId(), ...OWN_KEYS },
    control.texts.map((text) => element("option", {}, [text])));
  select.addEventListener("change", () => store.move(control, select.selectedIndex));
  const label = element("label", { for: select.id }, [control.label]);
  const refresh = () => (select.selectedIndex = indexOf(store, control));
  return { element: element("div", { class: "live-row" }, [label, select]), refresh };
}

function toggle(store, control) {
  const box = element("input", { type: "checkbox", id: uniqueId(), ...OWN_KEYS });
  box.addEventListener("change", () => store.move(control, box.checked ? 1 : 0));
  const label = element("label", { for: box.id }, [control.label]);
  const refresh = () => (box.checked = indexOf(store, control) === 1);
  return { element: element("div", { class: "live-row live-toggle" }, [box, label]), refresh };
}

function steps(store, control) {
  const player = store.playerOf(control);
  const { input, value, refresh } = range(store, control, control.label);
  input.addEventListener("input", () => player.pause());
  const play = button("", "Play", () => (player.playing ? player.pause() : player.play()));
  const back = button(icon("back"), "One step back", () => player.step(-1));
  const forward = button(icon("forward"), "One step forward", () => player.step(1));
  const speed = element("select", { id: uniqueId(), ...OWN_KEYS },
    SPEEDS.map((factor) => element("option", {}, [`${factor}×`])));
  speed.addEventListener("change", () => player.setFactor(SPEEDS[speed.selectedIndex]));
  const pace = element("label", { for: speed.id, class: "live-pace" }, ["Speed", speed]);
  const name = element("span", { class: "live-name", "aria-hidden": "true" }, [control.label]);
  const group = { class: "live-row", role: "group", "aria-label": control.label };
  let shown;
  return {
    element: element("div", group, [
      name, element("span", { class: "live-buttons" }, [back, play, forward]), input, value, pace,
    ]),
    refresh() {
      refresh();
      speed.selectedIndex = SPEEDS.indexOf(player.factor);
      if (shown === player.playing) return;
      shown = player.playing;
      play.replaceChildren(icon(shown ? "pause" : "play"));
      play.title = shown ? "Pause" : "Play";
      play.setAttribute("aria-label", play.title);
    },
  };
}
