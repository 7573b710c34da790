"""The add dialog: what it finds, what it shows, and what it never shows."""

import pytest

from tests.ui import look
from tests.ui.test_keys import current, on_stage
from vidu_tui.core.board import Board
from vidu_tui.core.task import TaskKey

KEY = "vd_0123456789abcdefSECRET"
FIRST, SECOND, THIRD = "940121773009244160", "940121690478100999", "940121690478100777"


def key_of(task_id: str) -> TaskKey:
    return TaskKey("theturbo", task_id)


async def test_a_pasted_text_is_previewed_and_its_key_is_never_shown() -> None:
    async with on_stage(size=(120, 40)) as (pilot, app, engine):
        there = next(iter(app.board.entries)).id
        pasted = (
            f"curl -H 'Authorization: Bearer {KEY}' https://g.ai/v1/vidu/tasks/{FIRST}/creations\n"
            f"{SECOND}\tcrowd plate, take 2\n2026-03-14T13:58Z {there} at 1773496691812 in 812\n"
        )
        seen: list[str] = []
        await look.paste(pilot, pasted)
        seen.append(look.text(app))
        assert look.name(app) == "AddScreen"
        assert "3 ids in 3 lines of pasted text" in look.text(app)
        assert f"+ {FIRST}      new  asked at theturbo, not at g.ai" in look.text(app)
        assert f"+ {SECOND}      new  label crowd plate, take 2" in look.text(app)
        assert f"= {there}      already on the list  hero shot" in look.text(app)
        assert "1 other number is not a task id." in look.text(app)
        assert "Enter adds 2   Space leave out   e label   Esc cancel" in look.text(app)
        await look.press(pilot, "space")
        await look.settle(pilot)
        assert f"- {FIRST}      left out" in look.text(app)
        assert "Enter adds 1" in look.text(app)
        seen.append(look.text(app))
        await look.press(pilot, "enter")
        await look.settle(pilot)
        seen += [look.text(app), *look.toasts(app), str([w.description for w in app.workers])]
        assert engine.told("add") == [[(key_of(SECOND), "crowd plate, take 2")]]
        assert look.toasts(app) == ["Added 1 task"]
        assert current(app) == key_of(SECOND), "the cursor goes to what was added"
        assert KEY not in "".join(seen)
        assert "0123456789" not in "".join(seen)


async def test_space_twice_takes_an_id_in_again() -> None:
    async with on_stage() as (pilot, _, engine):
        await look.paste(pilot, f"{FIRST}\n{SECOND}")
        await look.press(pilot, "space", "k", "space", "enter")
        await look.settle(pilot)
        assert engine.told("add") == [[(key_of(FIRST), ""), (key_of(SECOND), "")]]


async def test_e_labels_an_id_before_it_is_added() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, engine):
        await look.paste(pilot, f"{FIRST}\n{SECOND}")
        await look.press(pilot, "j", "e")
        await look.settle(pilot)
        assert look.name(app) == "LabelScreen"
        await look.press(pilot, *"fox", "enter")
        await look.settle(pilot)
        assert f"+ {SECOND}      new  label fox" in look.text(app)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert engine.told("add") == [[(key_of(FIRST), ""), (key_of(SECOND), "fox")]]


async def test_what_is_on_the_list_can_be_neither_left_out_nor_labelled() -> None:
    async with on_stage() as (pilot, app, engine):
        there = next(iter(app.board.entries)).id
        await look.paste(pilot, there)
        await look.press(pilot, "space", "e")
        await look.settle(pilot)
        assert look.name(app) == "AddScreen"
        assert "Enter adds" not in look.text(app)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"
        assert not engine.told("add")


@pytest.mark.parametrize("key", ["escape", "q", "ctrl+c"])
async def test_a_preview_is_cancelled_without_adding(key: str) -> None:
    async with on_stage() as (pilot, app, engine):
        await look.paste(pilot, FIRST)
        await look.press(pilot, key)
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"
        assert not engine.told("add")


async def test_a_text_without_ids_says_what_one_looks_like() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, engine):
        await look.paste(pilot, "hello world 1773496691812")
        assert "No task id in this text. An id looks like 940107923630096384" in look.text(app)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert not engine.told("add")


async def test_a_opens_an_empty_box_that_reads_along() -> None:
    async with on_stage(Board(), (100, 30)) as (pilot, app, engine):
        await look.press(pilot, "a")
        await look.settle(pilot)
        assert "Ids, links, JSON, curl or a log" in look.text(app)
        await look.press(pilot, *f"{FIRST} {SECOND}")
        await look.settle(pilot)
        assert "Enter adds 2" in look.text(app)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert engine.told("add") == [[(key_of(FIRST), ""), (key_of(SECOND), "")]]
        assert look.toasts(app) == ["Added 2 tasks"]


async def test_a_paste_into_the_box_is_read_whole_and_the_box_goes() -> None:
    async with on_stage(Board(), (100, 30)) as (pilot, app, _):
        await look.press(pilot, "a")
        await look.settle(pilot)
        await look.paste(pilot, f"Authorization: Bearer {KEY}\n{FIRST}\n{SECOND}")
        await look.settle(pilot)
        assert "2 ids in 3 lines" in look.text(app)
        assert KEY not in look.text(app)
        await look.paste(pilot, THIRD)
        await look.settle(pilot)
        assert THIRD in look.text(app)
        assert "1 id in 1 line" in look.text(app)


async def test_two_enters_at_once_add_once_and_leave_the_main_screen_standing() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, engine):
        await look.paste(pilot, FIRST)
        look.post_keys(app, "\n\n\n")
        await look.settle(pilot, 8)
        assert len(engine.told("add")) == 1
        assert look.name(app) in ("MainScreen", "DetailScreen")


async def test_ids_that_the_disk_does_not_take_stay_in_the_dialog() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, engine):
        await look.paste(pilot, f"{FIRST}\tcrowd plate\n{SECOND}")
        engine.list_error = "the disk is full"
        await look.press(pilot, "enter")
        await look.settle_until(pilot, lambda: "new  label crowd plate" in look.text(app))
        assert look.toasts(app) == ["watchlist.toml: the disk is full"]
        assert look.name(app) == "AddScreen"
        assert "2 ids, not on the list yet" in look.text(app)
        assert f"+ {FIRST} " in look.text(app)
        assert "new  label crowd plate" in look.text(app)
        engine.list_error = ""
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert engine.told("add")[-1] == [(key_of(FIRST), "crowd plate"), (key_of(SECOND), "")]
        assert look.name(app) == "MainScreen"
        assert current(app) == key_of(SECOND)


async def test_a_thousand_ids_are_listed_in_a_box_that_keeps_its_keys_in_sight() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, _):
        ids = [str(940121690478000000 + i) for i in range(1000)]
        await look.paste(pilot, "\n".join(ids))
        assert "1,000 ids in 1,000 lines" in look.text(app)
        assert "Enter adds 1,000" in look.text(app)
        top, bottom = look.place(app, "Add tasks")[1], look.place(app, "╰")[1]
        assert 2 <= top < bottom <= 27
        await look.press(pilot, "G")
        await look.settle(pilot)
        assert ids[-1] in look.text(app)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert len(app.board.entries) == 1015
        assert current(app).id == ids[-1]


@pytest.mark.parametrize("size", [(49, 20), (80, 11), (30, 9), (20, 5), (5, 3), (1, 1)])
async def test_below_50_by_12_the_dialog_takes_the_whole_screen(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as (pilot, app, engine):
        await look.paste(pilot, f"{FIRST}\n{SECOND}")
        assert look.regions(app, ".dialog")[0].size == size or size == (1, 1)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert len(engine.told("add")) == 1


async def test_a_paste_on_the_details_opens_the_preview_too() -> None:
    async with on_stage() as (pilot, app, _):
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert look.name(app) == "DetailScreen"
        await look.paste(pilot, "940121773009244999")
        await look.settle(pilot)
        assert look.name(app) == "AddScreen"
        assert "940121773009244999" in look.text(app)
