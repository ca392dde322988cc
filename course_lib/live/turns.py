"""Working in the kernel's event loop without holding up anyone: in slices, and one at a time."""

import asyncio
import time
import weakref
from contextlib import asynccontextmanager

__all__ = ["SLICE", "clock", "running_loop", "turn"]

# Work in the kernel's event loop comes in slices this long, in seconds, ...
SLICE = 0.008
# ... and then lets it go: messages need a few turns of the loop to arrive.
REST = 0.003

_turns = weakref.WeakKeyDictionary()


@asynccontextmanager
async def turn():
    """A slice of work, and then a rest for everybody else.

    Figures take turns: twenty of them on a page must not hold up a message twenty times as long.
    """
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        begin = clock()
        yield
        worked = clock() - begin
        # After long work as long a rest, so that others get their half.
        await asyncio.sleep(max(REST, worked if worked > 2 * SLICE else 0))


def clock():
    return time.perf_counter()


def running_loop():
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
