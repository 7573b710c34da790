"""What the details say of each file: where it lies, what is wrong, how long its link lives."""

from dataclasses import replace

from tests.ui import stage
from tests.ui.scenes import mixed
from vidu_tui.core.board import Entry
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.task import Asset, AssetKind
from vidu_tui.ui import facts

FIRST, SECOND = FileKey(0, AssetKind.VIDEO), FileKey(1, AssetKind.VIDEO)
DAMAGED = "The file has changed since it was saved; it is kept as dancers.mp4.bad."
NO_SIDECAR = "The file is saved; its sidecar could not be written (disk full)."


def said(*files: FileState) -> list[str]:
    entry = replace(stage.named(mixed(), "two dancers"), files=files)
    return text_of(entry)


def text_of(entry: Entry) -> list[str]:
    lines = facts.lines(entry, stage.NOW, 86_400.0)
    return ["".join(span.text for span in line).strip() for line in lines]


def saved(key: FileKey, line: str = "", sha256: str = "") -> FileState:
    path = f"/v/{key.creation + 1}.mp4"
    return FileState(key, FileStage.SAVED, path, 5, 5, sha256=sha256, line=line)


def test_a_failed_file_says_why_in_full_beside_the_result() -> None:
    failed = FileState(FIRST, FileStage.FAILED, "/v/1.mp4", cell="damaged", line=DAMAGED)
    lines = said(failed)
    assert lines[lines.index(DAMAGED) - 1] == "result     damaged"
    assert "on disk  ✗ damaged" in lines
    assert not any("/v/1.mp4" in line for line in lines), "there is no such file"


def test_a_failed_file_without_a_word_of_its_own_is_said_to_have_failed() -> None:
    assert "on disk  ✗ download failed" in said(FileState(FIRST, FileStage.FAILED))
    gone = FileState(FIRST, FileStage.FAILED, cell="✗ gone", line="The gateway gives it no more.")
    assert "on disk  ✗ gone" in said(gone)


def test_the_sentence_of_a_saved_file_is_said() -> None:
    lines = said(saved(FIRST, NO_SIDECAR), saved(SECOND))
    assert lines.count(NO_SIDECAR) == 1


def test_several_sentences_stand_each_beneath_its_own_file() -> None:
    failed = FileState(SECOND, FileStage.FAILED, cell="damaged", line=DAMAGED)
    lines = said(saved(FIRST, NO_SIDECAR), failed)
    assert lines[lines.index(NO_SIDECAR) - 1] == "on disk  ✓ /v/1.mp4"
    assert lines[lines.index(DAMAGED) - 1] == "on disk  ✗ damaged"
    assert lines.count(DAMAGED) == lines.count(NO_SIDECAR) == 1


def test_a_saved_file_shows_the_start_of_its_checksum() -> None:
    lines = said(saved(FIRST, sha256="0123456789abcdef" * 4), saved(SECOND))
    assert "sha256   0123456789abcdef…" in lines
    assert sum(line.startswith("sha256") for line in lines) == 1


def test_what_is_coming_or_gone_from_disk_is_named() -> None:
    coming = FileState(FIRST, FileStage.RUNNING, "/v/1.mp4")
    lines = said(coming, FileState(SECOND, FileStage.MISSING, "/v/2.mp4"))
    assert "on disk  running  /v/1.mp4.part" in lines
    assert "on disk  ! missing  /v/2.mp4" in lines


def test_every_file_has_the_life_of_its_own_link_and_its_name_stands_apart() -> None:
    entry = stage.named(mixed(), "two dancers")
    assert entry.task is not None
    first, *others = entry.task.creations
    kinds = (AssetKind.WATERMARKED, AssetKind.MODERATION)
    more = tuple(Asset(kind, "https://f.example.com/x?token=secret") for kind in kinds)
    made = replace(first, assets=(*first.assets, *more))
    lines = text_of(replace(entry, task=replace(entry.task, creations=(made, *others))))
    for start in (
        "video    link 23h58m  ",
        "cover    link 58m  ",
        "watermarked link ",
        "moderation link ",
    ):
        assert any(line.startswith(start) for line in lines), start
    assert "secret" not in "\n".join(lines)


def test_a_file_whose_link_the_answer_does_not_name_is_still_listed() -> None:
    speech = FileState(FileKey(0, AssetKind.SPEECH), FileStage.SAVED, "/v/speech.mp3", 5, 5)
    lines = said(speech)
    assert lines[lines.index("on disk  ✓ /v/speech.mp3") - 1] == "speech   no link"
