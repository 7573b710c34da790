"""A picture as strips of half blocks. Runs in a thread; Pillow is imported with the first one.

Bytes of a stranger: whatever is broken, huge or of another format is quietly no picture.
"""

import struct
import warnings
import zlib
from functools import cache, lru_cache
from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from vidu_tui.ui.shapes import Box

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS: Final = 25_000_000
"""Three times a frame of 4K; what claims to be larger is not unpacked."""
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
_BROKEN: Final = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError, AttributeError, LookupError),
    *(ArithmeticError, MemoryError, RuntimeError, struct.error, zlib.error, UserWarning),
)
"""What Pillow raises over damaged files, format by format."""
Rgb = tuple[int, int, int]


class Drawing(NamedTuple):
    """A picture ready to be shown."""

    strips: tuple[Strip, ...]
    width: int

    @property
    def height(self) -> int:
        """Count its rows."""
        return len(self.strips)


def fitted(width: int, height: int, box: Box) -> tuple[int, int]:
    """Give the cells of a picture in its right aspect: a cell is twice as high as wide."""
    rows = box.tall if height > width else box.rows
    scale = min(box.columns / width, 2 * rows / height)
    columns, lines = round(width * scale), round(height * scale / 2)
    # A frame of 16:9 misses the box by a part of a cell.
    columns = box.columns if box.columns - columns <= 1 else columns
    return max(1, min(columns, box.columns)), max(1, min(lines, rows))


def draw(data: bytes, box: Box, ground: Rgb, *, is_ascii: bool = False) -> Drawing | None:
    """Draw a picture as large as its box allows; None for what is no usable picture. Blocks."""
    pillow = _pillow()
    broken = (*_BROKEN, pillow.DecompressionBombError, pillow.DecompressionBombWarning)
    try:
        with pillow.open(BytesIO(data), formats=FORMATS) as image:
            columns, rows = fitted(image.width, image.height, box)
            height = rows if is_ascii else 2 * rows
            image.draft("RGB", (columns * 2, height * 2))
            small = _flat(image, ground).resize((columns, height), pillow.Resampling.LANCZOS)
            pixels = small.tobytes()
    except broken:
        return None
    lines = [pixels[at : at + columns * 3] for at in range(0, len(pixels), columns * 3)]
    if is_ascii:
        return Drawing(tuple(_blank(line) for line in lines), columns)
    return Drawing(tuple(map(_halves, lines[::2], lines[1::2])), columns)


@cache
def _pillow() -> ModuleType:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
    return Image


def _flat(image: "Image.Image", ground: Rgb) -> "Image.Image":
    """Put what is transparent on the colour behind it."""
    if not (image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info):
        return image.convert("RGB")
    clear = image.convert("RGBA")
    flat: Image.Image = _pillow().new("RGB", clear.size, ground)
    flat.paste(clear, mask=clear)
    return flat


def _halves(upper: bytes, lower: bytes) -> Strip:
    """Draw two lines of pixels as one of cells; neighbours alike are one segment."""
    cells = [(upper[i : i + 3], lower[i : i + 3]) for i in range(0, len(upper), 3)]
    return _joined("▀", cells)


def _blank(line: bytes) -> Strip:
    """Draw a line of pixels with the ground of its cells alone."""
    return _joined(" ", [(b"", line[i : i + 3]) for i in range(0, len(line), 3)])


def _joined(sign: str, cells: list[tuple[bytes, bytes]]) -> Strip:
    segments, start = [], 0
    for at in range(1, len(cells) + 1):
        if at == len(cells) or cells[at] != cells[start]:
            segments.append(Segment(sign * (at - start), _style(*cells[start])))
            start = at
    return Strip(segments, len(cells))


@lru_cache(maxsize=16_384)
def _style(upper: bytes, lower: bytes) -> Style:
    ink = Color.from_rgb(*upper) if upper else None
    return Style(color=ink, bgcolor=Color.from_rgb(*lower))
