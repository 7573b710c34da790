"""The filter language: what each part finds, and that no text can break it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidu_tui.core import query
from vidu_tui.core.board import Entry, Trouble, with_file
from vidu_tui.core.fields import FLAGS, NUMBERS, TEXTS
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.task import Asset, AssetKind, Creation, Task, TaskKey, TaskState

NOW = 1_789_430_000.0
VIDEO = FileKey(0, AssetKind.VIDEO)


def entry(state: TaskState = TaskState.PROCESSING, **fields: object) -> Entry:
    task = Task("1", state, state.word, **fields)  # type: ignore[arg-type] # fields by name
    return Entry(TaskKey("theturbo", "940107923630096384"), task=task, added_at=NOW - 86_400)


def finished(end: float = NOW + 7200) -> Entry:
    link = Asset(AssetKind.VIDEO, f"https://f.example/v.mp4?Expires={end:.0f}")
    return entry(TaskState.SUCCESS, creations=(Creation("c", (link,)),), credits=60.0)


HERO = entry(
    model="viduq3-turbo", type="img2video", resolution="720p", progress=62.0, credits=60.0
)._replace(
    label="Hero shot",
)
REFUSED = entry(TaskState.FAILED, err_code="AuditSubmitIllegal", model="vidu2.0", credits=0.0)
SAVED = with_file(finished(), FileState(VIDEO, FileStage.SAVED))
COMING = with_file(finished(), FileState(VIDEO, FileStage.RUNNING))
FULL = with_file(finished(), FileState(VIDEO, FileStage.FAILED, cell="disk full"))
ECHOED = entry(payload="crowd plate", payload_length=11, duration=5.0)
OFFLINE = HERO._replace(trouble=Trouble("offline", "No connection.", NOW - 60), is_stale=True)
BARE = Entry(TaskKey("other", "7"))

FINDS: list[tuple[str, Entry, bool]] = [
    ("", BARE, True),
    ("hero", HERO, True),
    ("HERO Shot", HERO, True),
    ("shot hero", HERO, True),
    ("hero shots", HERO, False),
    ('"hero shot"', HERO, True),
    ('"shot hero"', HERO, False),
    ('"hero', HERO, True),
    ("0096384", HERO, True),
    ("q3-turbo", HERO, True),
    ("img2", HERO, True),
    ("processing", HERO, True),
    ("720p", HERO, False),
    ("theturbo", HERO, False),
    ("crowd", ECHOED, True),
    ("auditsubmit", REFUSED, True),
    ("refused", REFUSED, True),
    ("disk", FULL, True),
    ("offline", OFFLINE, True),
    ("!hero", HERO, False),
    ("!teaser", HERO, True),
    ("!!hero", HERO, True),
    ('!"hero shot"', HERO, False),
    ("label:hero", HERO, False),
    ("label:hero*", HERO, True),
    ('label:"hero shot"', HERO, True),
    ("label:*SHOT", HERO, True),
    ("label:h*o*t", HERO, True),
    ("label:h*x*t", HERO, False),
    ('label:"hero shot*shot"', HERO, False),
    ('label:""', HERO, False),
    ('label:""', REFUSED, True),
    ("label~ero", HERO, True),
    ("name~ero", HERO, True),
    ("!label~ero", HERO, False),
    ("id:940107923630096384", HERO, True),
    ("gateway:theturbo", HERO, True),
    ("model:viduq3-turbo", HERO, True),
    ("model:q3-turbo", HERO, True),
    ("model:q3*", HERO, True),
    ("model:q2*", HERO, False),
    ("model:2.0", REFUSED, True),
    ("type:img2video", HERO, True),
    ("resolution:720P", HERO, True),
    ("res:720p", HERO, True),
    ("state:failed", REFUSED, True),
    ("state:fail", REFUSED, False),
    ("state=failed", REFUSED, True),
    ("state:asking", BARE, True),
    ("error:auditsubmitillegal", REFUSED, True),
    ("error~refused", REFUSED, True),
    ("error:*", HERO, True),
    ("credits>20", HERO, True),
    ("credits>60", HERO, False),
    ("credits>=60", HERO, True),
    ("credits<=60", HERO, True),
    ("credits<60", HERO, False),
    ("credits:60", HERO, True),
    ("credits>20", BARE, False),
    ("!credits>20", BARE, True),
    ("credits<1,000", HERO, True),
    ("progress>50%", HERO, True),
    ("progress:100", SAVED, True),
    ("progress>0", REFUSED, False),
    ("duration:5s", ECHOED, True),
    ("dur>4", ECHOED, True),
    ("age<2d", HERO, True),
    ("age<500ms", HERO, False),
    ("age>=24h", HERO, True),
    ("age>1d1s", HERO, False),
    ("age<2d", BARE, False),
    ("expires<3h", SAVED, True),
    ("expires<1h30m", SAVED, False),
    ("expires<3h", HERO, False),
    ("saved", SAVED, True),
    ("saved", COMING, False),
    ("!saved", COMING, True),
    ("unsaved", COMING, True),
    ("unsaved", SAVED, False),
    ("unsaved", HERO, False),
    ("downloading", COMING, True),
    ("stale", OFFLINE, True),
    ("active", HERO, True),
    ("done", SAVED, True),
    ("problems", REFUSED, True),
    ("expiring", finished(), True),
    ("expiring", finished(NOW + 40_000), False),
    ('"saved"', SAVED, False),
    ("state:failed label~hero !saved", HERO, False),
    ("state:processing label~hero !saved", HERO, True),
    ("https://files.example/v", HERO, False),
    ("a=b", HERO, False),
    ("!", HERO, True),
    ('""', HERO, True),
]


@pytest.mark.parametrize(("text", "shown", "is_found"), FINDS)
def test_a_filter_finds_what_it_says(text: str, shown: Entry, is_found: bool) -> None:
    found = query.parse(text)
    assert found.error == ""
    assert found.matches(shown, NOW) is is_found


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("modell:q3*", "modell is no field: did you mean model?"),
        ("expire<3h", "expire is no field: did you mean expires?"),
        ("scene:2", "scene is no field: quotes make it text."),
        ("state:", "state: wants a value."),
        ("credits>", "credits> wants a value."),
        ("credits>lots", "credits wants a number, not “lots”."),
        ("credits:nan", "credits wants a number, not “nan”."),
        ("age<2", "age wants a time such as 2d or 5h, not “2”."),
        ("expires<3x", "expires wants a time such as 2d or 5h, not “3x”."),
        ("age<1d-2h", "age wants a time such as 2d or 5h, not “1d-2h”."),
        ("label>3", "label is text: use label: or label~"),
        ("credits~6", "credits is a number: use credits: or credits> or credits<"),
        ("state: scene:2", "state: wants a value."),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_applies(text: str, error: str) -> None:
    found = query.parse(f"{text} hero")
    assert found.error == error
    assert found.matches(HERO, NOW)
    assert not found.matches(REFUSED, NOW)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("500ms", 0.5),
        ("5s", 5.0),
        ("2m", 120.0),
        ("1h", 3600.0),
        ("2D", 172_800.0),
        ("1.5h", 5400.0),
        ("2h47m", 10_020.0),
        ("", None),
        ("5", None),
        ("m", None),
        ("5s ", None),
        ("x5s", None),
        ("5s5", None),
    ],
)
def test_a_time_span_is_read_whole_or_not_at_all(words: str, seconds: float | None) -> None:
    assert query.seconds_of(words) == seconds


def test_only_what_time_changes_is_asked_again_as_it_passes() -> None:
    assert not query.parse("hero state:failed credits>20 saved").is_timed
    for text in ("age<2d", "!expires<3h", "expiring"):
        assert query.parse(text).is_timed


def test_a_changed_entry_is_read_anew() -> None:
    sought = query.parse("teaser")
    assert not sought.matches(HERO, NOW)
    assert sought.matches(HERO._replace(label="teaser"), NOW)
    assert not sought.matches(HERO, NOW)


_PIECES = st.sampled_from(
    [*TEXTS, *NUMBERS, *FLAGS, *':~<>=!*"% ', ">=", "<=", "5", "1h", "2d", "9" * 400, "hero", "//"]
)


@given(st.one_of(st.text(), st.lists(st.one_of(_PIECES, st.text(max_size=3))).map("".join)))
def test_any_text_is_a_filter(text: str) -> None:
    found = query.parse(text)
    assert "\n" not in found.error
    for shown in (HERO, REFUSED, SAVED, COMING, FULL, OFFLINE, BARE):
        assert found.matches(shown, NOW) in (True, False)
