"""Matplotlib figures whose controls answer within one frame of the screen.

Write the figure as for `matplotlib.animation.FuncAnimation`: what moves is made with
``animated=True``, `update` moves it and returns the caption. ::

    fig, ax = plt.subplots()
    ax.set(xlim=(0, 10), ylim=(-1, 1), xlabel="time / s")
    line, = ax.plot([], [], animated=True)

    def update(frequency):
        line.set_data(t, np.sin(frequency * t))
        return f"one period takes {2 * np.pi / frequency:.2f} s"

    live = LiveFigure(fig, update, alt="A sine wave", frequency=Slider(0.1, 5, 1, unit="rad/s"))

As the last line of a cell, `live` is shown. Controls: `Slider`, `Choice`, `Toggle`, `Steps`
(play, pause, forward, back, scrub).

- ``Slider(…, drag=(ax, "x"))`` also follows a press or a drag inside those axes, by mouse or
  finger; ``Choice(…, places={option: (x, y)}, axes=ax)`` also a click near a place.
- ``live.frequency`` is a trait: read it, set it, ``observe`` it, ``link`` it, put `live` into an
  ipywidgets box. ``live.reset()`` puts the controls back.
- ``live.caption`` is what `update` returned; ``live.strategy`` is ``"table"`` (all frames are
  computed ahead and the page needs no kernel) or ``"on demand"`` (more than ``max_bytes``).
- ``live.fill()`` computes all frames now; ``live.frame_image(frequency=2, theme="dark", dpr=2)``
  is matplotlib's own drawing of a frame, RGBA, to compare the page with.
- ``live.save_html(path)``: a page that needs no kernel; ``save_gif``, ``save_mp4``.
- ``stream(fig, update, make_generator, **controls)`` shows a run, such as training, while it
  happens: buttons start, pause, step, reset, and a history to scrub back to.
- In the page: ``.live`` is a view; its ``data-paints`` counts paintings, ``data-frame`` is the
  number of the frame shown, ``data-theme`` the theme; ``canvas`` the picture, ``.live-caption`` the
  caption (a `status` repeats it once it stands still), ``.live-error`` an error of `update`.

The package knows nothing of neural networks.
"""

from .controls import Choice, Slider, Steps, Toggle
from .figure import LiveFigure
from .stream import StreamFigure, stream

__all__ = ["Choice", "LiveFigure", "Slider", "Steps", "StreamFigure", "Toggle", "stream"]
