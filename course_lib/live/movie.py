"""A walk through the positions of one control as a moving picture, by matplotlib's own writers."""

import shutil

from matplotlib.animation import FFMpegWriter, PillowWriter

__all__ = ["save_movie"]


def save_movie(live, path, over, fps, dpi):
    """Write a GIF, or an MP4 if the path ends so; see `LiveFigure.save_gif`."""
    name = _control(live, over)
    if str(path).lower().endswith(".mp4"):
        if shutil.which("ffmpeg") is None:
            raise RuntimeError(
                "An MP4 is written by ffmpeg, which is not installed here. Use save_gif, or "
                "install ffmpeg."
            )
        writer = FFMpegWriter(fps=fps)
    else:
        writer = PillowWriter(fps=fps)
    figure = live.scene.figure
    with live._lock, writer.saving(figure, str(path), dpi or figure.dpi):
        for value in live._controls[name].values:
            live._compute(live._table.key(live._position_with({name: value})))
            with live.scene.all_drawn():
                writer.grab_frame()
        live.scene.settle()


def _control(live, over):
    controls = live._controls
    if over is None:
        kinds = {control.kind: name for name, control in reversed(controls.items())}
        over = kinds.get("steps") or kinds.get("slider") or next(iter(controls))
    if over not in controls:
        raise ValueError(f"There is no control {over!r}, only {', '.join(controls)}.")
    return over
