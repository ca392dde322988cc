// The cards of a notebook: an anywidget module.

import { CardView } from "./card_view.js";

export default {
  render({ model, el }) {
    const view = new CardView(model, el);
    return () => view.dispose();
  },
};
