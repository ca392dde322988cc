// Plays a Steps control: one step after another, at a chosen speed.

/** A reader who asks for less motion gets one step in this many ms, at most. */
const CALM = 1000;

export class Player {
  /**
   * @param {Store} store
   * @param {object} control a control of kind "steps"
   */
  constructor(store, control) {
    this.store = store;
    this.control = control;
    this.factor = 1;
    this.timer = undefined;
  }

  get playing() {
    return this.timer !== undefined;
  }

  get index() {
    return this.store.indices[this.store.controls.indexOf(this.control)];
  }

  get atEnd() {
    return this.index === this.control.values.length - 1;
  }

  play() {
    if (this.atEnd) this.store.move(this.control, 0);
    this.timer = setTimeout(() => this.next(), this.interval);
    this.store.refresh();
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.store.refresh();
  }

  setFactor(factor) {
    this.factor = factor;
    this.store.refresh();
  }

  step(by) {
    this.pause();
    this.store.move(this.control, this.index + by);
  }

  next() {
    // Each step is shown: one that is not there yet is waited for.
    if (this.store.frame) {
      if (this.atEnd && !this.control.loop) return this.pause();
      this.store.move(this.control, this.atEnd ? 0 : this.index + 1);
    }
    this.timer = setTimeout(() => this.next(), this.interval);
  }

  get interval() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const wanted = 1000 / (this.control.speed * this.factor);
    return calm ? Math.max(CALM, wanted) : wanted;
  }
}
