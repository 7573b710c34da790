"""The cover of a creation in half blocks: fetched once the cursor rests, drawn in a thread.

While it comes its space is left empty; without one there is no space.
"""

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events, work
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from vidu_tui.core import links, view
from vidu_tui.core.board import Entry
from vidu_tui.core.cells import Role
from vidu_tui.core.files import FileKey
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.ui.shapes import Box
from vidu_tui.ui.widgets.painted import Painted

if TYPE_CHECKING:
    from textual.timer import Timer

    from vidu_tui.engine.gallery import Gallery
    from vidu_tui.ui.pixels import Drawing, Rgb

KEPT = 32
"""Drawings that are kept: going back to a row shows its cover at once."""


class Place(NamedTuple):
    """Which cover: of which creation, and behind which link."""

    task: TaskKey
    creation: int
    url: str


class _Wanted(NamedTuple):
    """What a drawing is made of; a link that was signed anew makes no other."""

    place: Place
    box: Box
    ground: "Rgb"
    is_ascii: bool


def creations_of(entry: Entry | None) -> list[int]:
    """List the creations that have a cover."""
    number = len(entry.task.creations) if entry is not None and entry.task else 0
    return [n for n in range(number) if place_of(entry, n) is not None]


def place_of(entry: Entry | None, creation: int) -> Place | None:
    """Find a creation's cover, None where it has none."""
    asset = view.asset_of(entry, FileKey(creation, AssetKind.COVER)) if entry is not None else None
    return Place(entry.key, creation, asset.url) if entry is not None and asset else None


class Cover(Painted):
    """Show one cover at a time."""

    REST_S: ClassVar[float] = 0.15
    """So long the cursor has to rest on a row before its cover is fetched."""

    class Settled(Message):
        """The cover is shown, or it is known that none can be."""

    def __init__(self, gallery: "Gallery", *, rest_s: float | None = None):
        super().__init__()
        self._gallery = gallery
        self._rest_s = rest_s
        self._place: Place | None = None
        self._wanted: _Wanted | None = None
        self._drawing: Drawing | None = None
        self._kept: OrderedDict[_Wanted, Drawing] = OrderedDict()
        self._timer: Timer | None = None
        self.word = ""
        """What became of the cover, in a word or two."""
        self.display = False

    @property
    def is_coming(self) -> bool:
        """Tell whether a cover is awaited."""
        return self._wanted is not None and not self.word

    def show(self, place: Place | None, box: Box | None) -> None:
        """Show a cover in a box, or none."""
        wanted = self._wish(place, box)
        if wanted == self._wanted and (place == self._place or self._drawing is not None):
            return
        self._place, self._wanted = place, wanted
        self._stop()
        kept = self._kept.get(wanted) if wanted is not None else None
        if wanted is None or kept is not None:
            self._take(wanted, kept, is_settled=wanted is None)
            return
        if self._drawing is not None or not self.display:
            self._drawing = None
            self.display = True
            self.refresh(layout=True)
        self.word = ""
        rest_s = self.REST_S if self._rest_s is None else self._rest_s
        if rest_s:
            self._timer = self.set_timer(rest_s, self._load)
        else:
            self._load()

    def _wish(self, place: Place | None, box: Box | None) -> _Wanted | None:
        if place is None or box is None:
            return None
        ground = self.background_colors[1].rgb
        return _Wanted(place._replace(url=links.bare(place.url)), box, ground, self.is_ascii)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.workers.cancel_group(self, "cover")

    def _load(self) -> None:
        self._timer = None
        self._bring()

    @work(group="cover", exclusive=True, description="cover")
    async def _bring(self) -> None:
        from vidu_tui.ui import pixels

        wanted = self._wanted
        if wanted is None:
            return
        place, box, ground, is_ascii = wanted
        data = await self._gallery.cover(place.task, place.creation)
        drawing = None
        if data is not None:
            drawing = await asyncio.to_thread(pixels.draw, data, box, ground, is_ascii=is_ascii)
        if wanted == self._wanted:
            self._take(wanted, drawing, is_broken=data is not None)

    def _take(
        self,
        wanted: _Wanted | None,
        drawing: "Drawing | None",
        *,
        is_broken: bool = False,
        is_settled: bool = False,
    ) -> None:
        self._drawing = drawing
        self.word = "shown" if drawing else "cannot be drawn" if is_broken else "not to be had"
        if is_settled:
            self.word = ""
        if drawing is not None and wanted is not None:
            self._kept[wanted] = drawing
            self._kept.move_to_end(wanted)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self.display = drawing is not None
        self.refresh(layout=True)
        self.post_message(self.Settled())

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Take the width of the box, so that what stands beside it never moves."""
        return self._wanted.box.columns if self._wanted else 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Take the picture's height, that of the box while it comes."""
        if self._drawing is not None:
            return self._drawing.height
        return self._wanted.box.rows if self._wanted else 0

    def render_line(self, y: int) -> Strip:
        """Draw a row of the picture, in the middle of a box that is wider."""
        width, drawing = self.size.width, self._drawing
        blank = self.paint(Role.PLAIN)
        if drawing is None or y >= drawing.height:
            return Strip.blank(width, blank)
        left = max(0, (width - drawing.width) // 2)
        strips = [Strip.blank(left, blank), drawing.strips[y]]
        return Strip.join(strips).adjust_cell_length(width, blank)

    async def on_click(self, event: events.Click) -> None:
        """Enlarge it."""
        event.stop()
        self.screen.call_later(self.screen.run_action, "cover")
