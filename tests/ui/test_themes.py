"""Every theme can be read: 4.5:1 for text and states, on the background and under the cursor."""

import math
from itertools import combinations

import pytest
from rich.color import Color as RichColor
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tests.ui import look, stage
from tests.ui.scenes import mixed
from tests.ui.test_keys import main
from vidu_tui.core.cells import Role
from vidu_tui.ui import contrast, themes
from vidu_tui.ui.options import Options
from vidu_tui.ui.widgets.painted import UNREAD

READ = [r for r in Role if r not in UNREAD]
OWN = [t.name for t in themes.THEMES]
MIXED_BY_US = sorted(name for name, theme in BUILTIN_THEMES.items() if not theme.ansi)
STATES = ("primary", "secondary", "accent", "success", "warning", "error")
APART = ("success", "warning", "error")
# How a colour looks to someone who lacks one kind of cone, on linear RGB. Source: Machado, Oliveira
# and Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision Deficiency".
BLIND = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
Triple = tuple[float, float, float]


def _linear(colour: Color) -> Triple:
    def of(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = colour.rgb
    return of(red), of(green), of(blue)


def _times(matrix: tuple[Triple, Triple, Triple], value: Triple) -> Triple:
    first, second, third = (
        sum(weight * part for weight, part in zip(row, value, strict=True)) for row in matrix
    )
    return first, second, third


def _lab(linear: Triple) -> Triple:
    """Give CIE L*a*b* under D65."""
    to_xyz = (
        (0.4124564, 0.3575761, 0.1804375),
        (0.2126729, 0.7151522, 0.0721750),
        (0.0193339, 0.1191920, 0.9503041),
    )
    clipped = tuple(min(1.0, max(0.0, part)) for part in linear)
    x, y, z = _times(to_xyz, (clipped[0], clipped[1], clipped[2]))
    a, b, c = (
        float(t ** (1 / 3)) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116
        for t in (x / 0.95047, y, z / 1.08883)
    )
    return 116 * b - 16, 500 * (a - b), 200 * (b - c)


def _difference(first: Triple, second: Triple) -> float:
    """Give ΔE of 1976: how far two colours lie apart."""
    return math.dist(_lab(first), _lab(second))


@pytest.mark.parametrize("theme", [*OWN, *MIXED_BY_US])
async def test_text_and_states_have_contrast(theme: str) -> None:
    app, _ = stage.app_of(mixed(), Options("theturbo", theme=theme))
    async with app.run_test(size=(140, 40)) as pilot:
        await look.settle(pilot)
        table = main(app).table
        for ground in ("", "cursor", "marked"):
            back = table.backdrop(ground)
            for role in READ:
                style = table.paint(role, ground=ground)
                assert style.color is not None
                colour = Color.from_rich_color(style.color)
                assert contrast.ratio(colour, back) >= 4.5, f"{role} on {ground or 'background'}"


@pytest.mark.parametrize("theme", themes.THEMES, ids=lambda theme: theme.name)
def test_our_own_themes_need_no_mixing_to_be_read(theme: Theme) -> None:
    back, primary = Color.parse(theme.background), Color.parse(theme.primary)
    cursor = back.blend(primary, 0.2 if theme.dark else 0.13)
    front = Color.parse(theme.foreground or "")
    told = [front, *(Color.parse(theme.variables[f"text-{name}"]) for name in STATES)]
    for ground in (back, cursor):
        for colour in (*told, ground.blend(front, 0.7)):
            assert contrast.ratio(colour, ground) >= 4.5, colour.hex


@pytest.mark.parametrize("kind", BLIND)
@pytest.mark.parametrize("theme", ["vidu-night", "vidu-paper"])
def test_success_warning_and_error_stay_apart_for_the_colour_blind(theme: str, kind: str) -> None:
    found = next(t for t in themes.THEMES if t.name == theme)
    seen = [_times(BLIND[kind], _linear(Color.parse(found.variables[f"text-{n}"]))) for n in APART]
    for first, second in combinations(seen, 2):
        assert _difference(first, second) >= 17


def test_contrast_is_that_of_wcag() -> None:
    black, white, grey = Color(0, 0, 0), Color(255, 255, 255), Color(119, 119, 119)
    assert contrast.ratio(black, white) == pytest.approx(21)
    assert contrast.ratio(white, grey) == pytest.approx(4.48, abs=0.005)
    assert contrast.legible(white, black) == white
    assert contrast.ratio(contrast.legible(grey, white), white) >= 4.5


@pytest.mark.parametrize(
    ("colorfgbg", "theme"),
    [
        ("0;15", "vidu-paper"),
        ("0;default;15", "vidu-paper"),
        ("12;7", "vidu-paper"),
        ("15;0", "vidu-night"),
        ("15;default", "vidu-night"),
        ("", "vidu-night"),
    ],
)
def test_auto_goes_by_the_terminals_background(colorfgbg: str, theme: str) -> None:
    known = frozenset((*OWN, "nord"))
    assert themes.choose("auto", known, colorfgbg) == theme
    assert themes.choose("nord", known, colorfgbg) == "nord"


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_the_terminals_own_colours_are_never_mixed(theme: str) -> None:
    app, _ = stage.app_of(mixed(), Options("theturbo", theme=theme))
    async with app.run_test(size=(140, 40)) as pilot:
        await look.settle(pilot)
        table = main(app).table
        plain, quiet = table.paint(Role.PLAIN), table.paint(Role.QUIET)
        assert plain.color is not None
        assert plain.color.is_default
        assert quiet.dim
        assert table.paint(Role.ERROR).color == RichColor.from_ansi(1)
        cursor = table.paint(Role.ERROR, ground="cursor")
        assert cursor.reverse
        assert cursor.color == plain.color
