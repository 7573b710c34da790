"""What Python frees by a full collection alone is freed while the person's hands are still.

A full collection stops the loop for up to a tenth of a second, so it hardly ever comes by itself;
a moving cursor leaves some 4,000 objects a minute in circles meanwhile.
"""

import gc
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App

THRESHOLDS = (1_000, 10, 1_000)
"""The second generation holds ten thousand objects at most: a look at it takes 3 ms."""
EVERY_S = 180.0
STILL_S = 0.5
"""No key for this long, and none is likely to be held up by a collection."""


class Leftovers:
    """Collect every few minutes, in a pause between two keys."""

    def __init__(
        self,
        app: "App[str]",
        *,
        clock: Callable[[], float] = time.monotonic,
        collect: Callable[[], object] = gc.collect,
    ):
        self._app = app
        self._clock = clock
        self._collect = collect
        self._key_at = -STILL_S

    def begin(self) -> None:
        """Start, once the first frame stands; what is there by now stays, and is not looked at."""
        gc.enable()
        self._collect()
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        self._app.set_interval(EVERY_S, self.clear)

    def note_key(self) -> None:
        """Put a collection off until the hands are still again."""
        self._key_at = self._clock()

    def clear(self) -> None:
        """Collect now, or as soon as no key has come for a while."""
        wait_s = self._key_at + STILL_S - self._clock()
        if wait_s > 0:
            self._app.set_timer(wait_s, self.clear)
        else:
            self._collect()
