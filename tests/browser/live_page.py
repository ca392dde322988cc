"""A live figure on a page, as a reader handles it: by name, key and pointer."""

import base64

import pictures
from lab import PATIENCE_S

CANVAS_PNG = """canvas => new Promise(resolve => canvas.toBlob(async blob => {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  resolve(btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join("")));
}))"""


class LiveOnPage:
    """One view of a live figure.

    Parameters
    ----------
    visit : lab.Visit
    root : playwright.sync_api.Locator
        The view's outermost element, ``.live``.
    """

    def __init__(self, visit, root):
        self.visit, self.root = visit, root
        self.canvas = root.locator("canvas")

    def until(self, test, what, argument=None):
        """Wait until a JavaScript function ``(root, argument) => …`` is true."""
        return self.root.evaluate(
            f"(root, [argument, ms, what]) =>"
            f" courseProbe.until(() => ({test})(root, argument), ms, what)",
            [argument, PATIENCE_S * 1000, what],
        )

    def until_painted(self):
        """Wait for the first frame."""
        self.root.wait_for()
        self.until("root => root.dataset.frame !== undefined", "the first frame")

    def until_sharp(self):
        """Wait until what stands still is drawn in the page's theme, for its pixels."""
        self.until(
            "root => root.dataset.picture === `${root.dataset.theme} ${devicePixelRatio}`",
            "the picture for this theme and screen",
        )

    def until_frame(self, *keys):
        """Wait until the frame of one of these numbers is drawn."""
        wanted = [str(key) for key in keys]
        self.until(
            "(root, wanted) => wanted.includes(root.dataset.frame)", f"frame {wanted}", wanted
        )

    def until_caption(self, part):
        """Wait until the caption holds this text, and return it."""
        return self.until(
            "(root, part) => { const said = root.querySelector('.live-caption').textContent;"
            " return said.includes(part) && said; }",
            f"caption with {part!r}",
            part,
        )

    def until_other(self, before):
        """Wait for a frame other than the one numbered `before`; return its number."""
        self.until("(root, before) => root.dataset.frame !== before", "another frame", before)
        return self.frame

    @property
    def frame(self):
        """The number of the frame that is drawn, as text."""
        return self.root.get_attribute("data-frame")

    @property
    def caption(self):
        return self.root.locator(".live-caption").text_content()

    def pixels(self):
        """What the canvas holds, over white: RGB, floats 0–255, in device pixels."""
        return pictures.decode(base64.b64decode(self.canvas.evaluate(CANVAS_PNG)))

    def slider(self, name):
        return self.root.get_by_role("slider", name=name)

    def button(self, name):
        return self.root.get_by_role("button", name=name)

    def press(self, control, key):
        """Press a key on a control; return once another frame is drawn."""
        before = self.frame
        control.focus()
        self.visit.page.keyboard.press(key)
        return self.until_other(before)

    def point(self, slider, share):
        """Click on a slider's track, at a share of its width."""
        box = slider.bounding_box()
        before = self.frame
        slider.click(position={"x": 8 + share * (box["width"] - 16), "y": box["height"] / 2})
        return self.until_other(before)
