// The browser's side of LiveFigure: an anywidget module. One store for a figure, one view for each
// place where it is shown.

import { makeStore } from "./store.js";
import { View } from "./view.js";

export default () => {
  let store;
  return {
    initialize({ model }) {
      store = makeStore(model);
      return () => store.dispose();
    },
    render({ el }) {
      const view = new View(store, el);
      return () => view.dispose();
    },
  };
};
