// The same in a page without a kernel; draw_digit.py writes what this reads.

/** The part of a widget's model that the view uses. */
class PageModel {
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

for (const place of document.querySelectorAll(".draw-embed")) {
  const model = new PageModel(JSON.parse(place.querySelector("script").textContent));
  place.replaceChildren();
  new DrawView(model, place);
}
