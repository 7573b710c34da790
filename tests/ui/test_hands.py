"""Opening files and folders, and copying: what is done, what is said, what is never copied."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from tests.ui import look, stage
from tests.ui.scenes import mixed
from tests.ui.stage import NOW
from tests.ui.test_keys import go_to
from vidu_tui.core.board import Entry
from vidu_tui.ui.app import ViduApp
from vidu_tui.ui.options import Options
from vidu_tui.ui.screens.copying import copies
from vidu_tui.ui.screens.hands import MOST_OPENED


class Hands:
    """Programs of a person's system."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.copied: list[str] = []
        self.can_open = True

    def open(self, path: str) -> bool:
        self.opened.append(path)
        return self.can_open

    def copy(self, text: str) -> bool:
        self.copied.append(text)
        return True


@asynccontextmanager
async def with_hands(
    size: tuple[int, int] = (120, 30),
) -> AsyncIterator[tuple[Pilot[str], ViduApp, Hands]]:
    hands = Hands()
    options = Options(
        gateway="theturbo",
        folder=stage.FOLDER,
        auto="off",
        open_path=hands.open,
        copy_text=hands.copy,
        curl=lambda gateway, task_id: f"curl {gateway}/{task_id}",
    )
    board = mixed()
    for label in ("hero shot", "logo sting"):
        board = board.with_entry(stage.saved(stage.named(board, label)))
    app, _ = stage.app_of(board, options)
    async with app.run_test(size=size, notifications=True) as pilot:
        await look.settle(pilot)
        yield pilot, app, hands


def said(app: ViduApp) -> list[str]:
    return [n.message for n in app._notifications]


async def settled(pilot: Pilot[str]) -> None:
    await pilot.app.workers.wait_for_complete(
        [w for w in pilot.app.workers if w.group in ("open", "copy")]
    )
    await look.settle(pilot)


HERO = f"{stage.FOLDER}/2026-03-14_hero_shot_1.mp4"


async def test_o_opens_the_file_and_the_capital_its_folder() -> None:
    async with with_hands() as (pilot, app, hands):
        await go_to(pilot, "hero shot")
        await pilot.press("o", "O")
        await settled(pilot)
        assert sorted(hands.opened) == sorted([HERO, stage.FOLDER])
        assert said(app) == []


async def test_without_a_program_the_path_is_shown_and_copied() -> None:
    async with with_hands() as (pilot, app, hands):
        hands.can_open = False
        await go_to(pilot, "hero shot")
        await pilot.press("o")
        await settled(pilot)
        assert said(app) == [f"No program to open videos here. Copied the path: {HERO}"]
        assert app.clipboard == HERO
        assert hands.copied == [HERO]


async def test_what_is_not_saved_is_not_opened() -> None:
    async with with_hands() as (pilot, app, hands):
        await go_to(pilot, "car chase")
        await pilot.press("o", "O")
        await settled(pilot)
        assert hands.opened == []
        assert said(app)[0] == "car chase is not saved yet · d downloads what is finished"


async def test_marks_open_each_file_but_not_dozens() -> None:
    async with with_hands() as (pilot, app, hands):
        entry = stage.named(app.board, "hero shot")
        many = [entry._replace(key=entry.key._replace(id=str(n))) for n in range(9)]
        stage.still(app).show(app.board.with_list([*app.board.entries.values(), *many]))
        await look.settle(pilot)
        await pilot.press("A", "o")
        await settled(pilot)
        assert len(hands.opened) == MOST_OPENED
        assert said(app) == ["Opened 5 of 12 videos"]


async def test_the_detail_screen_has_the_same_hands() -> None:
    async with with_hands() as (pilot, app, hands):
        await go_to(pilot, "hero shot")
        await pilot.press("enter")
        await look.settle(pilot)
        await pilot.press("o")
        await settled(pilot)
        assert hands.opened == [HERO]
        await pilot.press("y", "p")
        await settled(pilot)
        assert app.clipboard == HERO


@pytest.mark.parametrize(
    ("letter", "words", "toast"),
    [
        ("i", "{id}", "Copied {id}"),
        ("c", "curl theturbo/{id}", "Copied the curl line"),
        ("p", HERO, f"Copied the path: {HERO}"),
    ],
)
async def test_y_copies_by_a_letter(letter: str, words: str, toast: str) -> None:
    async with with_hands() as (pilot, app, hands):
        task_id = (await go_to(pilot, "hero shot")).id
        await pilot.press("y")
        await look.settle(pilot)
        await pilot.press(letter)
        await settled(pilot)
        assert app.clipboard == words.format(id=task_id)
        assert hands.copied == [words.format(id=task_id)]
        assert said(app) == [toast.format(id=task_id)]


async def test_y_copies_by_cursor_and_enter_and_by_a_click() -> None:
    async with with_hands() as (pilot, app, _):
        await go_to(pilot, "hero shot")
        await pilot.press("y", "down", "down", "enter")
        await settled(pilot)
        assert app.clipboard == HERO
        await pilot.press("y")
        await look.settle(pilot)
        await pilot.click("Menu", offset=(3, 3))
        await settled(pilot)
        assert json.loads(app.clipboard)["state"] == "success"


async def test_what_there_is_not_is_not_copied_and_says_why() -> None:
    async with with_hands() as (pilot, app, hands):
        await go_to(pilot, "car chase")
        await pilot.press("y", "l")
        await settled(pilot)
        assert hands.copied == []
        assert any("there is none yet" in row for row in look.rows(app))
        await pilot.press("escape")


async def test_of_several_marked_tasks_y_copies_the_ids() -> None:
    async with with_hands() as (pilot, app, _):
        await pilot.press("A", "y")
        await settled(pilot)
        assert len(app.clipboard.splitlines()) == len(app.board.entries)


def of(entry: Entry, name: str) -> tuple[str, str, str]:
    found = next(c for c in copies(entry, NOW, 86_400.0) if c.name == name)
    return found.words, found.note, found.said


def test_a_link_is_called_a_secret_and_says_how_long_it_lives() -> None:
    entry = stage.named(mixed(), "two dancers")
    words, note, toast = of(entry, "link")
    assert "X-Amz-Signature" in words
    assert note == "a secret: whoever has it can fetch the video"
    assert toast.startswith("Copied the link. Whoever has it can fetch the video for ")
    assert "Signature" not in note + toast


def test_the_answer_is_copied_without_what_signs_a_link() -> None:
    entry = stage.named(mixed(), "two dancers")
    words, _, _ = of(entry, "json")
    assert json.loads(words)["id"] == entry.key.id
    assert "Signature=0" not in words
