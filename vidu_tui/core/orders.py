"""What a transfer is told and what it tells back. Pure data; knows no HTTP and no disk."""

from collections.abc import Callable
from typing import NamedTuple

from vidu_tui.core.files import Arrived, Validator
from vidu_tui.core.task import AssetKind


class Order(NamedTuple):
    """What to fetch and where it is to lie."""

    url: str
    target: str
    """The proposed final path; its ending follows the bytes that come."""
    kind: AssetKind = AssetKind.VIDEO
    gateway: str = ""
    """Whose file it is: that gateway's key rule decides who may be given the key."""
    known: Validator = Validator()
    """The validator that came with the bytes in the part."""
    is_part_ours: bool = True
    """Whether what lies under NAME.part may be gone on with or overwritten; else the next number
    is taken."""


class Watch(NamedTuple):
    """How a transfer and its owner talk while it runs; called in the transfer's thread."""

    is_stopped: Callable[[], bool] = lambda: False
    landed: Callable[[], Arrived | None] = lambda: None
    """Asked once the part is locked: another process may have brought the file meanwhile."""
    on_target: Callable[[str], None] = lambda _: None
    """Told which target's part is open, the proposed one's or a numbered one's; then go on with
    that one."""
    on_validator: Callable[[Validator], None] = lambda _: None
    """Told before the first byte of a new file is written, and what its end has taught."""
    on_progress: Callable[[int, int | None], None] = lambda _got, _total: None
    """Told what has arrived and the whole length, in bytes, at each chunk."""
    on_checking: Callable[[], None] = lambda: None
    on_whole: Callable[[str, int, str], None] = lambda _path, _size, _sha256: None
    """Told once a file is checked, before it gets its name: that path or a numbered one."""
