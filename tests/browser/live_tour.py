"""A walk over all controls of one live figure, as a reader might take it, with open eyes."""

from functools import partial

from playwright.sync_api import Error as PlaywrightError

ROWS = """root => [...root.querySelectorAll(".live-controls > .live-row")].map((row) => {
  const input = row.querySelector("input, select");
  const kind = row.querySelector(".live-buttons") ? "steps" : input.type;
  const label = (input.labels?.[0] ?? row.querySelector(".live-name")).textContent;
  return { id: input.id, kind, label };
})"""

# What is shown, and whether the picture is that of the last look.
LOOK = """root => {
  const canvas = root.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const pixels = new Uint32Array(data.buffer), last = root.pixelsOfLastLook;
  root.pixelsOfLastLook = pixels;
  const error = root.querySelector(".live-error");
  return {
    frame: root.dataset.frame,
    caption: root.querySelector(".live-caption").textContent.trim(),
    same: last?.length === pixels.length && pixels.every((pixel, i) => pixel === last[i]),
    error: error.hidden ? null : error.textContent,
  };
}"""

# Where a slider, a drop-down or a check box stands, and how far it goes.
STANDING = """input => input.tagName === "SELECT"
  ? [input.selectedIndex, input.length - 1]
  : input.type === "checkbox"
  ? [Number(input.checked), 1]
  : [Number(input.value), Number(input.max)]
"""


class Tour:
    """Moves each control of a figure twice and looks each time.

    Parameters
    ----------
    figure : live_page.LiveOnPage
        In view, with its first frame painted.
    same_caption : set of str
        Labels of controls that may leave the caption as it is.
    """

    def __init__(self, figure, same_caption=frozenset()):
        self.figure, self.root = figure, figure.root
        self.keyboard = figure.visit.page.keyboard
        self.same_caption = same_caption
        self.needed = set()
        self.alt = figure.canvas.get_attribute("aria-label") or ""
        self.problems = []

    def take(self):
        """What is wrong, in words: a list, empty if all is well."""
        self._look_at_names()
        streams = self.root.locator(".live-run").count() > 0
        if streams:
            self._take_steps_of_a_run()
        for row in self.root.evaluate(ROWS):
            control = self.root.locator(f"[id='{row['id']}']")
            if not row["label"].strip():
                self._note("a control has no label")
            if streams:
                self._move_what_a_run_reads(control, row)
            else:
                self._move(control, row)
        if not streams:
            self._reset()  # so that what plays stops
        for label in sorted(self.same_caption - self.needed):
            self._note(f"{label}: no need to let it leave the caption as it is")
        return self.problems

    # ------------------------------------------------------------------ moves

    def _move(self, control, row):
        self._reset()
        if row["kind"] == "steps":
            moves = self._step_moves(control, row["label"])
        else:
            moves = self._moves(control, row["kind"])
        before = self._look()
        for move in moves:
            try:
                if callable(move):
                    move()
                else:
                    control.focus()
                    self.keyboard.press(move)
                self._until_other_frame(before["frame"])
            except PlaywrightError as error:
                self._note(f"{row['label']}: nothing moves ({str(error).splitlines()[0]})")
                return
            before = self._compare(before, row["label"])

    def _moves(self, control, kind):
        """Two moves: keys, or functions that do them."""
        at, last = control.evaluate(STANDING)
        if kind == "checkbox":
            return ["Space", "Space"]
        if kind != "range":
            return _two_ways(at, last, "ArrowUp", "ArrowDown")
        # Not from end to end: what is symmetric would say the same at both.
        far, share = ("Home", 0.7) if at > last / 2 else ("End", 0.3)
        return [far, partial(self.figure.point, control, share)]

    def _step_moves(self, scrub, label):
        group = self.root.get_by_role("group", name=label, exact=True)

        def press(name):
            group.get_by_role("button", name=name, exact=True).click()

        def play():
            before = self.figure.frame
            press("Play")
            self._until_other_frame(before)

        # From the first step: at the last ones a ball may have come to rest.
        at, last = scrub.evaluate(STANDING)
        begin = ["Home"] if at > 0 else []
        names = _two_ways(0, last, "One step back", "One step forward")
        return [*begin, *(partial(press, name) for name in names), play]

    def _take_steps_of_a_run(self):
        before = self._look()
        for _ in range(2):
            self.figure.button("Step").click()
            self._until_other_frame(before["frame"])
            before = self._compare(before, "Step")
        for _ in range(2):
            self.figure.press(self.figure.slider("History"), "ArrowLeft")
            before = self._compare(before, "History")
        self.figure.button("Start").click()
        self._until_other_frame(before["frame"])
        self._compare(before, "Start")
        self.figure.button("Reset").click()
        self.figure.until_frame(0)

    def _move_what_a_run_reads(self, control, row):
        """The controls of a run change the run to come, and no picture."""
        at, last = control.evaluate(STANDING)
        keys = _two_ways(at, last, "ArrowLeft", "ArrowRight")
        for key in ["Space"] * 2 if row["kind"] == "checkbox" else keys:
            before = control.evaluate(STANDING)
            control.focus()
            self.keyboard.press(key)
            if control.evaluate(STANDING) == before:
                self._note(f"{row['label']}: does not move at {key}")

    def _reset(self):
        self.figure.button("Reset").click()
        self.figure.visit.paint()
        if not hasattr(self, "_start"):
            self._start = self.figure.frame
        self.figure.until_frame(self._start)

    def _until_other_frame(self, before):
        self.figure.until("(root, before) => root.dataset.frame !== before", "a move", before)

    # ------------------------------------------------------------------ looks

    def _look_at_names(self):
        if len(self.alt) < 10 or self.alt == "Figure that follows its controls":
            self._note("the alt text does not say what the figure shows")
        if self.root.evaluate("root => root.scrollWidth > root.clientWidth + 1"):
            self._note("it is wider than its place")

    def _look(self):
        return self.root.evaluate(LOOK)

    def _compare(self, before, label):
        """Look again, and note what is wrong after a move."""
        after = self._look()
        caption = after["caption"]
        if after["same"]:
            self._note(f"{label}: the picture stays the same ({caption!r})")
        if after["error"] is not None:
            self._note(f"{label}: {after['error']}")
        if not caption:
            self._note(f"{label}: there is no caption")
        elif caption == before["caption"]:
            self.needed.add(label)
            if label not in self.same_caption:
                self._note(f"{label}: the caption stays the same ({caption!r})")
        return after

    def _note(self, problem):
        self.problems.append(f"{self._name}: {problem}")

    @property
    def _name(self):
        return repr(self.alt[:50])


def _two_ways(at, last, back, forward):
    """Two moves by one place: both the same way if there is room."""
    if at < last:
        return [forward, forward if at + 1 < last else back]
    return [back, back if at > 1 else forward]
