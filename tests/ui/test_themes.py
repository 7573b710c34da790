"""Every theme can be read: 4.5:1 for text and states, on the background and under the cursor."""

import pytest

from tests.ui import look, stage
from tests.ui.scenes import mixed
from tests.ui.test_keys import main
from vidu_tui.core.cells import Role
from vidu_tui.ui import themes
from vidu_tui.ui.options import Options

READ = [r for r in Role if r not in (Role.FAINT, Role.TRACK, Role.RULE)]


def _ratio(first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
    """Give the contrast of two colours, as WCAG 2 defines it."""
    lights = sorted((_luminance(first), _luminance(second)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(rgb: tuple[int, int, int]) -> float:
    parts = [c / 255 for c in rgb]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [t.name for t in themes.THEMES])
async def test_text_and_states_have_contrast(theme: str) -> None:
    app, _ = stage.app_of(mixed(), Options("theturbo", theme=theme))
    async with app.run_test(size=(140, 40)) as pilot:
        await look.settle(pilot)
        table = main(app).table
        for ground in ("", "cursor"):
            back = table.backdrop(ground)
            for role in READ:
                style = table.paint(role, ground=ground)
                assert style.color is not None
                colour = type(back).from_rich_color(style.color)
                assert _ratio(colour.rgb, back.rgb) >= 4.5, f"{role} on {ground or 'background'}"


async def test_ascii_draws_no_sign_of_ours_beyond_ascii() -> None:
    app, _ = stage.app_of(mixed(), Options("theturbo", is_ascii=True))
    async with app.run_test(size=(140, 40)) as pilot:
        await look.settle(pilot)
        shown = look.text(app).replace("夜の街", "")
        assert shown.isascii()
        assert "> processing" in shown
        assert "x failed" in shown
        assert "+ success" in shown


async def test_without_colour_shapes_and_words_are_all_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app, _ = stage.app_of(mixed())
    async with app.run_test(size=(140, 40)) as pilot:
        await look.settle(pilot)
        for words in ("▌", "✗ failed", "✓ success", "36m!", "► processing"):
            assert words in look.text(app)
