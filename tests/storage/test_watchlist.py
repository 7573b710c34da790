from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vidu_tui.core.errors import ListError
from vidu_tui.storage.watchlist import Listed, Watchlist, clean_label

NOW = 1769860800.0


def make(folder: Path) -> Watchlist:
    return Watchlist(folder / "vidu-tui/watchlist.toml", clock=lambda: NOW)


def ids(watchlist: Watchlist) -> list[str]:
    return [item.id for item in watchlist.read()]


def written(watchlist: Watchlist, text: str) -> Watchlist:
    watchlist.path.parent.mkdir(exist_ok=True)
    watchlist.path.write_text(text, encoding="utf-8")
    return watchlist


def test_a_missing_file_is_an_empty_list_and_reading_makes_nothing(tmp_path: Path) -> None:
    assert make(tmp_path).read() == ()
    assert make(tmp_path).stamp() is None
    assert list(tmp_path.iterdir()) == []


def test_what_is_added_is_read_again_in_order(tmp_path: Path) -> None:
    watchlist = make(tmp_path)
    added = watchlist.add([Listed("2", "hero"), Listed("1", gateway="vidu", added_at=5.9)])
    assert added.already == ()
    assert added.new == (Listed("2", "hero", "", NOW), Listed("1", "", "vidu", 5.0))
    assert make(tmp_path).read() == added.new
    assert watchlist.add([Listed("3")]).new == (Listed("3", added_at=NOW),)
    assert ids(watchlist) == ["2", "1", "3"]


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_the_list_is_its_owners_alone(tmp_path: Path) -> None:
    watchlist = make(tmp_path)
    watchlist.add([Listed("1")])
    for path in (watchlist.path, watchlist.path.with_name("watchlist.toml.lock")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(watchlist.path.parent.stat().st_mode) == 0o700


def test_a_known_task_stays_as_it_is_and_the_file_is_not_written(tmp_path: Path) -> None:
    watchlist = make(tmp_path)
    watchlist.add([Listed("1", "first")])
    before = watchlist.stamp()
    added = watchlist.add([Listed("1", "second"), Listed("1")])
    assert added.new == ()
    assert added.already == (Listed("1", "first", "", NOW),) * 2
    assert watchlist.stamp() == before


def test_an_id_given_twice_is_new_once(tmp_path: Path) -> None:
    added = make(tmp_path).add([Listed("1"), Listed("1")])
    assert (len(added.new), len(added.already)) == (1, 1)


def test_the_same_id_on_two_gateways_is_two_tasks(tmp_path: Path) -> None:
    watchlist = make(tmp_path)
    watchlist.add([Listed("1"), Listed("1", gateway="vidu")])
    watchlist.remove([("vidu", "1")])
    assert watchlist.read() == (Listed("1", added_at=NOW),)


@pytest.mark.parametrize("bad", ["", ".", "..", "a b", "a\n", "-x", "x" * 129, "ä", "a/b"])
def test_what_is_no_id_is_never_written(bad: str, tmp_path: Path) -> None:
    watchlist = make(tmp_path)
    with pytest.raises(ListError, match="no task id; nothing was changed"):
        watchlist.add([Listed("1"), Listed(bad)])
    assert watchlist.read() == ()


def test_what_is_no_gateway_name_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(ListError, match="no gateway name; nothing was changed"):
        make(tmp_path).add([Listed("1", gateway="a\udc80")])


def test_an_id_written_as_a_number_counts_and_stays_as_it_was_written(tmp_path: Path) -> None:
    watchlist = written(make(tmp_path), "[[task]]\nid = 940107923630096384\n")
    assert ids(watchlist) == ["940107923630096384"]
    watchlist.add([Listed("2")])
    assert "id = 940107923630096384\n" in watchlist.path.read_text()
    assert watchlist.remove([("", "940107923630096384")])


def test_removed_tasks_come_back_to_their_places_with_all_they_had(tmp_path: Path) -> None:
    watchlist = written(
        make(tmp_path),
        "".join(f'[[task]]\nid = "{n}"\nstars = {n}\n[task.mine]\nx = {n}\n' for n in range(6)),
    )
    before = watchlist.read()
    removed = watchlist.remove([("", "1"), ("", "2"), ("", "5"), ("", "99")])
    assert [(gone.item.id, gone.position) for gone in removed] == [("1", 1), ("2", 2), ("5", 5)]
    assert ids(watchlist) == ["0", "3", "4"]
    watchlist.restore(reversed(removed))
    assert watchlist.read() == before
    assert watchlist.path.read_text().count("[task.mine]") == 6


def test_a_task_that_is_there_again_keeps_its_new_label_and_gets_the_rest_back(
    tmp_path: Path,
) -> None:
    watchlist = written(make(tmp_path), '[[task]]\nid = "1"\nlabel = "old"\nstars = 5\n')
    removed = watchlist.remove([("", "1")])
    watchlist.add([Listed("1", "new")])
    watchlist.restore(removed)
    assert watchlist.read() == (Listed("1", "new", "", NOW),)
    assert "stars = 5" in watchlist.path.read_text()
    before = watchlist.stamp()
    watchlist.restore(removed)
    assert watchlist.stamp() == before


def test_tasks_come_back_to_a_list_that_has_become_shorter_or_is_gone(tmp_path: Path) -> None:
    watchlist = make(tmp_path)
    watchlist.add([Listed(str(n)) for n in range(5)])
    removed = watchlist.remove([("", "4")])
    watchlist.path.unlink()
    watchlist.restore(removed)
    assert ids(watchlist) == ["4"]


def test_a_label_is_changed_taken_away_and_told(tmp_path: Path) -> None:
    watchlist = written(make(tmp_path), '[[task]]\nstars = 5\nid = "1"\n')
    assert watchlist.relabel(("", "1"), " hero \n") == ""
    assert watchlist.read()[0].label == "hero"
    assert watchlist.relabel(("", "1"), "shot") == "hero"
    assert watchlist.relabel(("", "1"), "") == "shot"
    assert "label" not in watchlist.path.read_text().split("[[task]]")[1]
    before = watchlist.stamp()
    assert watchlist.relabel(("", "1"), "") == ""
    assert watchlist.relabel(("", "2"), "nobody") == ""
    assert watchlist.stamp() == before


def test_removing_what_is_not_there_writes_nothing(tmp_path: Path) -> None:
    watchlist = make(tmp_path)
    assert watchlist.remove([("", "1")]) == ()
    assert not watchlist.path.exists()


def test_comments_go_and_the_comment_on_top_says_so(tmp_path: Path) -> None:
    watchlist = written(make(tmp_path), '# mine\n[[task]]\nid = "1" # this\n')
    watchlist.add([Listed("2")])
    text = watchlist.path.read_text()
    assert "mine" not in text
    assert text.startswith("# The tasks that vidu-tui watches.")
    assert "Comments are not" in text


def test_another_program_s_change_between_two_of_ours_is_kept(tmp_path: Path) -> None:
    ours, theirs = make(tmp_path), make(tmp_path)
    ours.add([Listed("1")])
    first = ours.stamp()
    theirs.add([Listed("2")])
    assert ours.stamp() != first
    ours.add([Listed("3")])
    assert ids(theirs) == ["1", "2", "3"]


def test_a_byte_order_mark_and_crlf_are_read(tmp_path: Path) -> None:
    watchlist = make(tmp_path)
    watchlist.path.parent.mkdir()
    watchlist.path.write_bytes('\ufeff[[task]]\r\nid = "1"\r\n'.encode())
    watchlist.add([Listed("2")])
    assert ids(watchlist) == ["1", "2"]


@pytest.mark.parametrize(
    ("label", "cleaned"),
    [
        ("  hero shot ", "hero shot"),
        ("two\nlines\ttab", "two lines tab"),
        ("\x1b[31mred\x07", "[31mred"),
        ("nul\x00 del\x7f nel\x85 ls\u2028", "nul  del  nel  ls"),
        ("half \ud800 pair", "half  pair"),
        ("👩‍🚀 日本 \"q\" 'a' \\", "👩‍🚀 日本 \"q\" 'a' \\"),
    ],
)
def test_a_label_is_one_printable_line(label: str, cleaned: str) -> None:
    assert clean_label(label) == cleaned


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(st.characters(), max_size=40), max_size=4))
def test_any_label_survives_or_is_cleaned(labels: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        watchlist = make(Path(folder))
        added = watchlist.add([Listed(str(n), label) for n, label in enumerate(labels)])
        assert watchlist.read() == added.new
        assert [item.label for item in added.new] == [clean_label(label) for label in labels]
        for item in added.new:
            assert clean_label(item.label) == item.label


@pytest.mark.parametrize("size", [1_000, 10_000])
def test_a_thousand_more_are_all_there_whatever_the_length_of_the_list(
    size: int, tmp_path: Path
) -> None:
    watchlist = make(tmp_path)
    watchlist.add([Listed(f"9401079236300{n:05d}", f'shot "{n}"') for n in range(size)])
    watchlist.add([Listed(f"801079236300{n:05d}") for n in range(1_000)])
    assert len(watchlist.read()) == size + 1_000


def test_a_task_of_the_default_gateway_is_there_by_name_or_without(tmp_path: Path) -> None:
    watchlist = Watchlist(tmp_path / "watchlist.toml")
    watchlist.add([Listed("1"), Listed("2", gateway="cn")])
    again = [Listed("1", gateway="cn"), Listed("2"), Listed("3", gateway="cn")]
    added = watchlist.add(again, default="cn")
    assert [item.key for item in added.already] == [("", "1"), ("cn", "2")]
    assert [item.key for item in added.new] == [("cn", "3")]
    other = watchlist.add([Listed("1", gateway="vidu")], default="cn")
    assert [item.key for item in other.new] == [("vidu", "1")]
