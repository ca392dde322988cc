// What all cards of a page without a kernel are: the widget's model of a notebook, in the page.

/**
 * A subclass says in `actions` which of its methods the page may call, and in `describe` what the page
 * shows: the same dictionary as its namesake in Python. `CardView` draws it.
 */
export class PageCard {
  static actions = [];

  /** @param {KeptProgress} kept */
  constructor(kept) {
    this.kept = kept;
    this.heard = 0;
    this.said = "";
    this.trouble = "";
    this.listeners = new Map();
    this.generation = kept.generation;
  }

  /** Show itself for the first time; not in the constructor, as a subclass is not complete there. */
  begin() {
    this.follow = () => this.show();
    this.kept.observe(this.follow);
    this.show();
    return this;
  }

  end() {
    this.kept.unobserve(this.follow);
  }

  // What CardView wants of a model.

  get() {
    return this.view;
  }

  on(event, callback) {
    this.listeners.set(event, callback);
  }

  off(event) {
    this.listeners.delete(event);
  }

  send({ do: action, ...details }) {
    if (action === "appear" || action === "vanish") return;
    if (!this.constructor.actions.includes(action)) return;
    this.trouble = "";
    this.busy = true;
    try {
      this[action](details);
    } catch (error) {
      console.error(error);
      this.trouble = `That did not work: ${error.message}`;
    } finally {
      this.busy = false;
    }
    this.heard += 1;
    this.speak();
    this.show();
  }

  // What cards use.

  /** Have a screen reader say something. */
  say(text) {
    this.said = text;
  }

  /** Forget what belongs to progress that is gone. */
  forget() {}

  /** From now on this card, and not another, has to say what is wrong with the progress. */
  speak() {
    const before = this.kept.speaker;
    this.kept.speaker = this;
    if (before !== this) before?.show();
  }

  show() {
    if (this.busy) return;
    if (this.generation !== this.kept.generation) {
      this.generation = this.kept.generation;
      this.forget();
      this.listeners.get("forget")?.();
    }
    const view = this.describe();
    const speaks = this.kept.speaker === this || this.constructor.keeper;
    const notice = [speaks ? this.kept.notice : "", this.trouble].filter(Boolean).join("\n");
    this.view = { ...view, notice, heard: this.heard, said: this.said };
    this.listeners.get("change:_view")?.();
  }

  tell(message) {
    this.listeners.get("msg:custom")?.(message);
  }
}

/** An element of a list, counted from its end if negative; anything else is an error. */
export function elementAt(list, position) {
  const found = Number.isInteger(position) ? list.at(position) : undefined;
  if (found === undefined) throw new RangeError(`there is no answer number ${position}`);
  return found;
}
