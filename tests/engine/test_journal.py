"""The journal of a running engine: what it keeps, writes and leaves out."""

from collections.abc import Sequence

from tests.engine.conftest import House
from tests.engine.simulated import link, task
from vidu_tui.core.errors import RateLimited, ServerTrouble
from vidu_tui.core.journal import Happening, Kind
from vidu_tui.core.task import TaskKey, TaskState
from vidu_tui.engine.journal import Journal

KEY = "vd-secret-0123456789abcdef"


class Paper:
    """A log in memory."""

    def __init__(self, *lines: str):
        self.lines = list(lines)
        self.trouble = ""

    def write(self, lines: Sequence[str]) -> str:
        self.lines += lines
        return self.trouble

    def tail(self) -> list[str]:
        return list(self.lines)


async def test_what_happens_is_told_in_its_order_and_what_was_there_is_not(house: House) -> None:
    house.say("1", task("1", "queueing"), task("1", "processing"), task("1", "success", link()))
    await house.open("1")
    words = ["queueing", "queueing → processing", "processing → success"]
    assert house.happenings() == words[:1]
    await house.pass_by(11)
    assert house.happenings() == words[:2]
    await house.pass_by(6)
    assert house.happenings() == words
    await house.press("1")
    assert house.happenings() == [*words, "video: is coming"]
    house.host.last.land(b"video")
    await house.pass_by(1)
    assert house.happenings()[-1].startswith("video: saved 5 B")


async def test_of_a_long_list_nothing_that_was_known_before_has_happened(house: House) -> None:
    many = [str(number) for number in range(1000, 2200)]
    house.gateway.default = task("1", "success", link())
    await house.open(*many)
    await house.pass_by(60)
    await house.close()
    house.gateway.default = None
    await house.open()
    await house.pass_by(60)
    assert len(house.engine.board.entries) == len(many)
    assert {e.state for e in house.engine.board.entries.values()} == {TaskState.SUCCESS}
    assert house.happenings() == []


async def test_every_question_is_written_where_more_is_wanted_and_else_none(house: House) -> None:
    paper = Paper()
    house.journal = Journal(house.time.clock, log=paper, is_verbose=True)
    house.say(
        "1", task("1", "processing", progress=62), ServerTrouble("theturbo: 502.", status=502)
    )
    await house.open("1")
    await house.pass_by(6)
    details = [line for line in paper.lines if "DETAIL" in line]
    assert details[0].endswith("asked    theturbo  1  processing 62 % in 180 ms  1 rpm, no limit")
    assert "theturbo: 502." in details[1]
    assert not any("asked" in words for words in house.happenings())


async def test_nothing_leaves_without_passing_the_redactor(house: House) -> None:
    paper = Paper()
    journal = Journal(
        house.time.clock, log=paper, redact=lambda w: w.replace(KEY, "…"), is_verbose=True
    )
    house.journal = journal
    house.say("1", ServerTrouble(f"theturbo said {KEY}.", status=502))
    await house.open("1")
    await house.engine.relabel(next(iter(house.engine.board.entries)), f"my {KEY}")
    await house.pass_by(10)
    await house.close()
    assert any("theturbo said …" in line for line in paper.lines)
    assert KEY not in "".join(paper.lines) + "".join(h.words + h.name for h in journal.happenings)


async def test_a_refusal_is_told_with_the_rate(house: House) -> None:
    house.max_per_minute = 600
    house.say("1", RateLimited("theturbo wants fewer requests.", retry_after_s=12))
    await house.open("1")
    assert house.happenings()[0] == "theturbo wants fewer requests. Next one in 12 s; 1/300 rpm"


async def test_the_end_of_the_last_run_is_shown_and_what_waits_is_written_at_the_end(
    house: House,
) -> None:
    paper = Paper("2027-01-15 08:00:00+0000  GOOD     state    7  old one  success", "garbage")
    house.journal = Journal(house.time.clock, log=paper)
    await house.open("1")
    await house.pass_by(1)
    house.happenings()
    first = house.engine.journal.happenings[-1]
    assert (first.at, first.kind, first.words) == (1_800_000_000.0, Kind.STATE, "success")
    assert (first.task, first.name) == (TaskKey("", "7"), "old one")
    house.engine.journal.say(Happening(1_800_000_001.0, Kind.LIST, "at the very end"))
    await house.close()
    assert paper.lines[-1] == "2027-01-15 08:00:01+0000  PLAIN    list     at the very end"


async def test_a_log_that_cannot_be_written_is_said_once_and_stops_nothing(house: House) -> None:
    paper = Paper()
    paper.trouble = "The log cannot be written (disk full); nothing else is affected."
    house.journal = Journal(house.time.clock, log=paper)
    house.say("1", task("1", "queueing"), task("1", "processing"), task("1", "failed"))
    await house.open("1")
    for _ in range(6):
        house.happenings()
        await house.pass_by(10)
    assert house.happenings().count(paper.trouble) == 1
    assert len(house.gateway.times("1")) == 3


async def test_a_window_that_follows_writes_down_its_own_doings_alone(house: House) -> None:
    paper = Paper()
    house.journal = Journal(house.time.clock, log=paper)
    await house.open("1")
    house.engine.journal.writes = lambda: False
    for kind in Kind:
        house.engine.journal.say(Happening(1_800_000_000.0, kind, f"about {kind}"))
    await house.close()
    written = [line.rpartition("about ")[2] for line in paper.lines if "about" in line]
    assert written == ["file", "window"]
    assert len(house.engine.journal.happenings) >= len(Kind)
