"""A person's own keys: who gets a key that two actions want, and what is said of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui import look, stage
from tests.ui.scenes import ended
from tests.ui.test_keys import go_to, on_stage
from vidu_tui.core.board import Board
from vidu_tui.ui import actions, keymap

FILE = "~/.config/vidu-tui/config.toml"
IDS = sorted(actions.defaults())
KEYS = sorted({key for keys in actions.defaults().values() for key in keys} | {"z", "f5"})


def complaints(wanted: dict[str, str]) -> tuple[str, ...]:
    return keymap.resolve(wanted, FILE).complaints


def test_keys_that_are_free_or_change_places_are_no_clash() -> None:
    wanted = {"task.download": "D", "task.files": "d", "task.label": "f2,n"}
    assert keymap.resolve(wanted, FILE) == (wanted, ())
    assert keymap.resolve({"task.download": "d"}, FILE) == ({}, ())


def test_a_key_that_comes_with_another_action_is_taken_from_it() -> None:
    keys, said = keymap.resolve({"task.download": "x"}, FILE)
    assert keys == {"task.download": "x", "task.remove": "delete"}
    assert said == (
        f"{FILE}: task.download and task.remove both have x;"
        " task.download keeps it, task.remove keeps Delete.",
    )


def test_an_action_that_loses_its_only_key_stays_in_the_palette() -> None:
    keys, said = keymap.resolve({"task.download": "D"}, FILE)
    assert keys == {"task.download": "D", "task.files": actions.UNBOUND}
    assert said == (
        f"{FILE}: task.download and task.files both have D;"
        " task.download keeps it, task.files has none left, but stands in the palette.",
    )


def test_of_two_own_keys_the_first_in_the_file_is_stronger() -> None:
    keys, said = keymap.resolve({"task.label": "n", "task.copy_id": "n"}, FILE)
    assert keys == {"task.label": "n"}
    assert said == (
        f"{FILE}: task.label and task.copy_id both have n;"
        " task.label keeps it, task.copy_id keeps c.",
    )


def test_a_key_of_moving_clashes_with_a_key_of_the_screen() -> None:
    keys, _ = keymap.resolve({"list.add": "j"}, FILE)
    assert keys == {"list.add": "j", "move.down": "down"}


def test_an_action_that_is_none_is_named_with_the_nearest() -> None:
    assert complaints({"task.downlod": "D"}) == (
        f"{FILE}: there is no action task.downlod to give a key to; did you mean task.download?",
    )
    assert complaints({"\x1b[31mzzz": "D"}) == (
        f"{FILE}: there is no action zzz to give a key to; ? lists them.",
    )


def test_a_key_that_is_none_leaves_the_action_what_it_has() -> None:
    keys, said = keymap.resolve({"task.download": "ctlr+d"}, FILE)
    assert not keys
    assert said == (
        f"{FILE}: task.download cannot have the key “ctlr+d”, there is none of that name.",
    )


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("d", "d"),
        ("D", "D"),
        ("é", "é"),
        ("?", "question_mark"),
        ("<", "less_than_sign"),
        ("Esc", "escape"),
        ("PgDn", "pagedown"),
        ("space", "space"),
        ("F2", "f2"),
        ("Ctrl+D", "ctrl+d"),
        ("ctrl+shift+left", "ctrl+shift+left"),
        ("comma", "comma"),
        ("", ""),
        ("nokey", ""),
        ("ctrl+", ""),
    ],
)
def test_a_key_is_read_as_people_write_it(word: str, key: str) -> None:
    assert keymap.key_of(word) == key


@given(st.dictionaries(st.sampled_from(IDS), st.lists(st.sampled_from(KEYS), min_size=1)))
def test_no_key_ever_belongs_to_two_actions(wanted: dict[str, list[str]]) -> None:
    keys, _ = keymap.resolve({name: ",".join(own) for name, own in wanted.items()}, FILE)
    held = [
        key
        for name, default in actions.defaults().items()
        for key in set(keys[name].split(",") if name in keys else default) - {actions.UNBOUND}
    ]
    assert len(held) == len(set(held))


async def test_clashes_are_said_at_the_start_and_the_keys_act_as_said() -> None:
    own = {"task.download": "x", "list.add": "j", "list.ad": "z"}
    options = replace(look.OPTIONS, keymap=own, config_file=FILE)
    async with on_stage(size=(120, 60), options=options) as (pilot, app, engine):
        said = look.toasts(app)
        assert len(said) == 3
        assert all(line.startswith(f"{FILE}: ") for line in said)
        key = await go_to(pilot, "beach at dusk")
        await look.press(pilot, "x")
        await look.settle(pilot)
        assert engine.told("download") == [[key]]
        assert not engine.told("remove")
        await look.press(pilot, "j")
        await look.settle(pilot)
        assert look.name(app) == "AddScreen"


async def test_the_details_obey_the_same_keys() -> None:
    options = replace(look.OPTIONS, keymap={"task.download": "n", "task.label": "d"})
    async with on_stage(options=options) as (pilot, app, engine):
        key = await go_to(pilot, "beach at dusk")
        await look.press(pilot, "enter")
        await look.settle(pilot)
        await look.press(pilot, "n")
        await look.settle(pilot)
        assert engine.told("download") == [[key]]
        await look.press(pilot, "d")
        await look.settle(pilot)
        assert look.name(app) == "LabelScreen"


async def test_the_palette_has_the_actions_of_the_details() -> None:
    async with on_stage(ended()) as (pilot, app, engine):
        key = await go_to(pilot, "car chase")
        await look.press(pilot, "enter")
        await look.settle(pilot)
        found = {c.title: c for c in app.get_system_commands(app.screen)}
        assert "poll now  r" in found
        await found["poll now  r"].callback()
        assert stage.still(app).told("poll") == [[key]]
        assert engine.told("poll") == [[key]]


async def test_the_key_of_the_banner_is_the_persons_own_and_can_be_clicked() -> None:
    options = replace(look.OPTIONS, keymap={"list.pause": "z"})
    async with on_stage(ended(), options=options) as (pilot, app, engine):
        await look.press(pilot, "z")
        await look.settle(pilot)
        banner = look.line(app, "Polling is paused")
        assert banner.rstrip().endswith("downloads go on.   z goes on")
        await pilot.click("Banner", offset=(20, 0))
        await look.settle(pilot)
        assert engine.told("pause") == [True, False]


async def test_an_empty_list_names_the_keys_that_the_person_has_chosen() -> None:
    options = replace(look.OPTIONS, keymap={"list.add": "n", "program.help": "f2"})
    async with on_stage(Board(), (100, 30), options) as (_, app, _engine):
        assert "n  opens a box to type or paste into" in look.text(app)
        assert "f2  shows every key" in look.text(app)
