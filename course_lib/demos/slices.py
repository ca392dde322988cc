"""Work in small slices on the kernel's own event loop, so that the kernel answers meanwhile."""

import asyncio
import time

__all__ = ["SlicedLoop"]

SLICE_SECONDS = 0.015
# Long enough for the kernel to take a message from its socket and handle it.
REST_SECONDS = 0.004


class SlicedLoop:
    """Calls a function again and again, with rests in which everything else gets its turn.

    Parameters
    ----------
    work : callable () → bool
        One small piece of work; False when there is no more to do.
    after_slice : callable (finished: bool)
        Called after each slice, with True after the last; e.g. to show what was done.
    pace : float or None
        Pieces per second; None for as many as possible. May be changed at any time.

    Attributes
    ----------
    error : Exception or None
        What `work` or `after_slice` raised, which also ended the loop.
    """

    def __init__(self, work, after_slice, *, pace=None):
        self.work, self.after_slice, self.pace = work, after_slice, pace
        self.error = None
        self._task = None

    @property
    def running(self):
        return self._task is not None and not self._task.done()

    def start(self):
        """Begin, or do nothing if it is running.

        Raises
        ------
        RuntimeError
            Where no event loop is running, as in a plain Python script.
        """
        if not self.running:
            self.error = None
            self._task = asyncio.get_running_loop().create_task(self._run())

    def stop(self):
        """End after the present piece of work; may be called from within it."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()

    async def _run(self):
        me = asyncio.current_task()
        try:
            began, done, pace = time.perf_counter(), 0, self.pace
            while self._task is me:
                if pace != self.pace:
                    began, done, pace = time.perf_counter(), 0, self.pace
                deadline = time.perf_counter() + SLICE_SECONDS
                going = True
                while going and self._task is me and (now := time.perf_counter()) < deadline:
                    if pace is not None and done >= pace * (now - began):
                        break
                    going = self.work()
                    done += 1
                if self._task is not me:
                    return
                await asyncio.sleep(REST_SECONDS)
                self.after_slice(not going)
                if not going:
                    return
                await asyncio.sleep(REST_SECONDS)
        except Exception as error:
            # Nobody awaits this task: what it raised would be lost, or end up in a log.
            self.error = error
            self.after_slice(True)
