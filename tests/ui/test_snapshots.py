"""Every theme, tab, dialog and width looks today as it did when somebody looked at it."""

from importlib.metadata import version

import pytest

from tests.ui.snapshots import FOLDER, SHOTS, Shot, draw
from tests.ui.test_pictures import DRAWN_WITH


@pytest.mark.skipif(
    any(version(name) != number for name, number in DRAWN_WITH.items()),
    reason=f"the screens are drawn with {DRAWN_WITH}; others may draw them otherwise",
)
@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
async def test_a_screen_looks_as_it_did(shot: Shot) -> None:
    shown = (FOLDER / f"{shot.name}.txt").read_text(encoding="utf-8")
    assert await draw(shot) == shown, "look at it, then: python -m tests.ui.snapshots"


def test_no_screen_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == {shot.name for shot in SHOTS}
