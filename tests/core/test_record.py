"""What is kept of an answer: all that it says, no credential, and nothing that cannot be read."""

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidu_tui.core import plain_record, record
from vidu_tui.core.answer import decode, parse
from vidu_tui.core.board import Entry
from vidu_tui.core.files import FileKey
from vidu_tui.core.task import Asset, AssetKind, Creation, Task, TaskKey, TaskState
from vidu_tui.ui import facts, rawtext

PAYLOADS = json.loads(
    (Path(__file__).parent.parent / "gateway" / "payloads.json").read_text(encoding="utf-8")
)
VIDEO = FileKey(0, AssetKind.VIDEO)
SIGNED = (
    "https://h.example/a.mp4?X-Amz-Date=20251123T134831Z&X-Amz-Expires=86400&X-Amz-Signature=s3cr3t"
)


def answers() -> list[Task]:
    """Read every body of the payloads that is an answer about a task."""
    bodies = [case["body"] for case in PAYLOADS]
    texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    tasks = []
    for text in texts:
        try:
            found = parse(decode(text), "1")
        except ValueError:
            continue
        if isinstance(found, Task):
            tasks.append(found)
    return tasks


def every_file(task: Task) -> set[FileKey]:
    return {
        FileKey(n, asset.kind, asset.part)
        for n, creation in enumerate(task.creations)
        for asset in creation.assets
    }


def test_there_are_answers_to_keep() -> None:
    assert len(answers()) > 15


@pytest.mark.parametrize("task", answers(), ids=lambda task: task.state_word)
def test_an_answer_that_is_kept_whole_comes_back_as_it_was(task: Task) -> None:
    back = record.recalled(record.kept(task, every_file(task)), "1")
    assert back is not None
    assert back._replace(err_code="", err_message="", extra=()) == task._replace(
        err_code="", err_message="", extra=()
    )
    assert len(back.extra) == len(task.extra)


@pytest.mark.parametrize("task", answers(), ids=lambda task: task.state_word)
def test_a_kept_answer_holds_no_query_but_those_that_were_asked_for(task: Task) -> None:
    text = record.kept(task)
    assert "Signature=" not in text
    assert "?" not in "".join(a.url for c in _back(text).creations for a in c.assets)


def _back(text: str) -> Task:
    back = record.recalled(text, "1")
    assert back is not None
    return back


def test_a_link_whose_query_is_not_kept_is_cut_and_still_says_when_it_ends() -> None:
    assets = (Asset(AssetKind.VIDEO, SIGNED), Asset(AssetKind.COVER, SIGNED.replace("a.mp4", "c")))
    task = Task("1", TaskState.SUCCESS, "success", creations=(Creation("9", assets),))
    text = record.kept(task, {VIDEO})
    assert text.count("s3cr3t") == 1
    video, cover = _back(text).creations[0].assets
    assert video == assets[0]
    assert (cover.url, cover.is_cut) == ("https://h.example/c", True)
    assert cover.ends_at == 1_763_992_111
    again = _back(record.kept(_back(text)))
    assert [a.is_cut for a in again.creations[0].assets] == [True, True]
    assert again.creations[0].assets[1] == cover


def test_a_record_says_nothing_of_what_is_not_there() -> None:
    task = Task("1", TaskState.QUEUEING, "queueing", credits=0.0, off_peak=False)
    assert json.loads(record.kept(task)) == {"state": "queueing", "credits": 0.0, "off_peak": False}


def test_a_record_that_says_of_all_that_it_is_blank_is_read_the_same() -> None:
    assets = (Asset(AssetKind.VIDEO, SIGNED), Asset(AssetKind.COVER, SIGNED.replace("a.mp4", "c")))
    task = Task("1", TaskState.SUCCESS, "success", creations=(Creation("9", assets),))
    text = record.kept(task)
    said = json.loads(text)
    own = {"extra": [], "creations": [[]], "cut": said.pop("vidu_tui")["cut"]}
    older = {"err_code": "", "err_msg": "", "payload": "", "model": "", "template": ""}
    assert _back(json.dumps(older | said | {"vidu_tui": own})) == _back(text)


@pytest.mark.parametrize("task", answers(), ids=lambda task: task.state_word)
def test_cut_links_are_read_the_same_with_the_parser(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = record.kept(task)
    quick = record.recalled(text, "1")
    monkeypatch.setattr(plain_record, "read", lambda *_: None)
    assert record.recalled(text, "1") == quick


def test_of_a_record_with_something_of_ours_nothing_else_counts_as_unknown() -> None:
    odd = {"state": "success", "zzz": 1}
    assert _back(json.dumps(odd | {"vidu_tui": {"cut": []}})).extra == ()
    assert _back(json.dumps(odd)).extra == (("zzz", "1"),)


def test_texts_lose_their_credentials() -> None:
    task = Task(
        *("1", TaskState.FAILED, "failed"),
        err_code=f"could not read {SIGNED}",
        payload="Authorization: Bearer sk-123456",
        payload_length=31,
        extra=(("callback", f'"{SIGNED}"'),),
    )
    text = record.kept(task)
    assert "s3cr3t" not in text
    assert "sk-123456" not in text


def test_what_is_too_long_to_keep_is_left_out() -> None:
    task = Task(
        *("1", TaskState.CREATED, "created"),
        extra=(("huge", "9" * 10_000), *((f"f{n}", "1") for n in range(100))),
    )
    assert len(record.kept(task)) < 2_000


@pytest.mark.parametrize(
    "link",
    [
        "https://h/f/v.mp4;X-Amz-Signature=s3cr3t",
        "https://h/f/v.mp4;k=s3cr3t",
        "https://h/f/v.mp4%3FX-Amz-Signature=s3cr3t",
        "https://h/f/v.mp4%3fk=s3cr3t",
        "https://h/exp=1~hmac=s3cr3t/v.mp4",
        "https://u:s3cr3t@h/v.mp4",
        "https://h/v.mp4#s3cr3t",
    ],
)
def test_a_signature_in_the_path_of_a_link_is_neither_kept_nor_shown(link: str) -> None:
    assets = (Asset(AssetKind.VIDEO, link),)
    task = Task("1", TaskState.SUCCESS, "success", creations=(Creation("9", assets),))
    text = record.kept(task, {VIDEO})
    assert "s3cr3t" not in text
    assert record.kept(task) == text
    assert _back(text).creations[0].assets[0].is_cut
    assert _back(record.kept(_back(text))) == _back(text)
    entry = Entry(TaskKey("a", "1"), task=task)
    assert "s3cr3t" not in repr((facts.overview(entry, 0.0), rawtext.lines(task)))


def test_a_link_in_the_place_of_a_resolution_loses_its_query() -> None:
    body = {"creations": {"url": "https://h/a.mp4", "video": {"resolution": SIGNED}}}
    task = parse(decode(json.dumps({"state": "success", **body})), "1")
    assert isinstance(task, Task)
    assert "s3cr3t" not in record.kept(task)


def test_long_texts_are_not_remembered() -> None:
    tracemalloc.start()
    for number in range(300):
        record.clean(f"{number}" + "x" * 100_000)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < 5_000_000


@given(st.text())
def test_reading_never_raises(text: str) -> None:
    record.recalled(text, "1")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


@given(_JSON, _JSON, _JSON)
def test_reading_never_raises_for_any_record(extra: object, creations: object, cut: object) -> None:
    own = {"extra": extra, "creations": creations, "cut": cut}
    links = [{"url": SIGNED}, {"url": SIGNED}]
    body = {"state": "success", "creations": links, "vidu_tui": own}
    back = record.recalled(json.dumps(body), "1")
    assert back is not None
    assert len(back.creations) == 2
