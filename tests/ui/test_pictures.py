"""The pictures in screenshots/ are what the program draws today."""

from importlib.metadata import version

import pytest

from tests.ui.scenes import FOLDER, SCENES, Scene, draw

DRAWN_WITH = {"textual": "8.2.8", "rich": "15.0.0", "pillow": "13.0.0"}


@pytest.mark.skipif(
    any(version(name) != number for name, number in DRAWN_WITH.items()),
    reason=f"the pictures are drawn with {DRAWN_WITH}; others draw other bytes",
)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_a_picture_is_not_stale(scene: Scene) -> None:
    shown = (FOLDER / f"{scene.name}.svg").read_text(encoding="utf-8")
    assert await draw(scene) == shown, "draw it anew: python -m tests.ui.scenes"


def test_no_picture_is_left_over() -> None:
    assert {p.stem for p in FOLDER.glob("*.svg")} == {scene.name for scene in SCENES}
