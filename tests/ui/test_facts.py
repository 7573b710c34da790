"""What the details say of a task and of each of its files: in brief, and on a tab of its own."""

from tests.ui import stage
from tests.ui.scenes import ended, mixed
from vidu_tui.core.board import Entry, Trouble
from vidu_tui.core.cells import Role
from vidu_tui.core.files import CUT_SHORT, FileKey, FileStage, FileState
from vidu_tui.core.task import Asset, AssetKind
from vidu_tui.ui import facts, filefacts

FIRST, SECOND = FileKey(0, AssetKind.VIDEO), FileKey(1, AssetKind.VIDEO)
DAMAGED = "The file has changed since it was saved; it is kept as dancers.mp4.bad."
NO_SIDECAR = "The file is saved; its sidecar could not be written (disk full)."
DAY_S = 86_400.0


def dancers(*files: FileState) -> Entry:
    return stage.named(mixed(), "two dancers")._replace(files=files)


def plain(lines: list[facts.Line]) -> list[str]:
    return ["".join(span.text for span in line).strip() for line in lines]


def about(entry: Entry, gateway: str = "theturbo") -> list[str]:
    return plain(facts.overview(entry, stage.NOW, DAY_S, gateway=gateway)[0])


def brief(entry: Entry, cover: str = "", width: int = 40) -> list[str]:
    return plain(facts.overview(entry, stage.NOW, DAY_S, cover=cover, width=width)[1])


def full(entry: Entry) -> list[str]:
    return plain(filefacts.full(entry, stage.NOW, DAY_S, lambda path: f"~{path}"))


def saved(key: FileKey, line: str = "", sha256: str = "") -> FileState:
    path = f"/v/{key.creation + 1}.mp4"
    return FileState(key, FileStage.SAVED, path, 5_000_000, 5_000_000, sha256=sha256, line=line)


def test_a_finished_task_is_told_in_the_order_in_which_a_person_asks() -> None:
    assert about(stage.named(mixed(), "beach at dusk")) == [
        "state    ✓ success  in 16m00s",
        "id       940119530811736064",
        "model    viduq3-pro  text2video",
        "picture  1080p  16:9  8 s  with sound",
        "credits  240",
        "added    13:49  finished 14:05",
    ]


def test_another_gateway_than_that_of_new_tasks_is_named() -> None:
    assert about(stage.named(mixed(), "beach at dusk"), "other")[-1] == "gateway  theturbo"


def test_an_active_task_says_how_far_it_is_and_for_how_long() -> None:
    entry = stage.named(mixed(), "rain loop")._replace(since=stage.NOW - 72)
    lines = about(entry)
    assert lines[0] == "state    ► processing  for 1m12s"
    assert lines[1].endswith("17%")


def test_a_failed_task_says_what_happened_what_to_do_and_whose_move_it_is() -> None:
    lines = about(stage.named(ended(), "car chase"))
    assert lines[:5] == [
        "✗ failed  after 12m00s",
        "",
        "The finished video was refused by the content check. There is no file.",
        "",
        "Change the prompt or the input picture and submit again.",
    ]
    assert lines[6:10] == [
        "charged     0 credits",
        "whose move  yours",
        "code        CreationPolicyViolation",
        "",
    ]
    assert not any(line.startswith("credits") for line in lines)


def test_what_was_charged_is_not_guessed() -> None:
    entry = stage.named(ended(), "car chase")
    assert entry.task is not None
    entry = entry._replace(task=entry.task._replace(credits=None, trace_id="4bf9"))
    lines = about(entry)
    assert "charged     not said by the gateway" in lines
    assert "trace       4bf9" in lines


def test_trouble_with_the_polls_is_said_with_when_it_is_tried_again() -> None:
    outlook = "Again in {wait}."
    trouble = Trouble("502", "theturbo answered 502.", 0.0, stage.NOW + 8, outlook=outlook)
    entry = stage.named(mixed(), "rain loop")._replace(trouble=trouble)
    assert "theturbo answered 502. Again in 8 s." in about(entry)


def test_fields_that_we_do_not_know_come_last_and_inert() -> None:
    entry = stage.named(mixed(), "rain loop")
    assert entry.task is not None
    odd = (("seed", "42"), ("\x1b[31mred", "a\nb"))
    lines = about(entry._replace(task=entry.task._replace(extra=odd)))
    assert lines[-2:] == ["seed  42", "red  a b"]


def test_an_unsaved_video_says_until_when_its_link_lives() -> None:
    entry = stage.named(mixed(), "beach at dusk")
    assert brief(entry, "shown") == [
        "video    unsaved",
        "link     36m! until 14 Mar 14:41",
        "cover    shown  link 36m",
    ]
    assert brief(entry)[-1] == "cover    not asked for"


def test_a_file_on_its_way_has_a_bar_its_speed_and_its_name() -> None:
    lines = brief(stage.named(mixed(), "hero shot"))
    assert lines[0] == "video    ━━━╸──── 41%  3.2 MB/s  3s"
    assert lines[1] == "2026-03-14_hero_shot.mp4"


def test_a_long_name_is_cut_before_its_ending() -> None:
    long = saved(FIRST)._replace(path=f"/v/{'beach_' * 9}.mp4")
    name = brief(dancers(long))[2]
    assert name.endswith("…mp4")
    assert len(name) == 31
    assert brief(dancers(long), width=200)[2] == f"{'beach_' * 9}.mp4"


def test_a_failed_file_says_why_in_full() -> None:
    failed = FileState(FIRST, FileStage.FAILED, "/v/1.mp4", cell="damaged", line=DAMAGED)
    lines = brief(dancers(failed))
    assert lines[1] == "video    ✗ damaged"
    assert DAMAGED in lines
    assert not any("/v/1.mp4" in line for line in full(dancers(failed))), "there is no such file"


def test_a_failed_file_without_a_word_of_its_own_is_said_to_have_failed() -> None:
    assert "video    ✗ download failed" in brief(dancers(FileState(FIRST, FileStage.FAILED)))
    gone = FileState(FIRST, FileStage.FAILED, cell="✗ gone", line="The gateway gives it no more.")
    assert "video    ✗ gone" in brief(dancers(gone))


def test_a_sentence_stands_beneath_its_own_file_once() -> None:
    failed = FileState(SECOND, FileStage.FAILED, cell="damaged", line=DAMAGED)
    lines = full(dancers(saved(FIRST, NO_SIDECAR), failed))
    assert lines[lines.index(NO_SIDECAR) - 1] == "~/v/1.mp4"
    assert lines[lines.index(DAMAGED) - 1].startswith("· video  ✗ damaged")
    assert lines.count(DAMAGED) == lines.count(NO_SIDECAR) == 1


def test_a_saved_file_has_its_place_its_size_and_its_whole_checksum() -> None:
    digest = "0123456789abcdef" * 4
    lines = full(dancers(saved(FIRST, sha256=digest), saved(SECOND)))
    at = lines.index("✓ video  5 MB  saved  link 23h58m")
    assert lines[at + 1 : at + 3] == ["~/v/1.mp4", f"sha256 {digest}"]
    assert sum(line.startswith("sha256") for line in lines) == 1


def test_what_is_coming_cut_or_gone_from_disk_is_named() -> None:
    coming = FileState(FIRST, FileStage.CHECKING, "/v/1.mp4")
    lines = full(dancers(coming, FileState(SECOND, FileStage.MISSING, "/v/2.mp4")))
    assert "~/v/1.mp4.part" in lines
    assert "· video  ! saved file is missing  link 23h58m" in lines
    cut = FileState(FIRST, FileStage.MISSING, "/v/1.mp4", cell=CUT_SHORT)
    assert "· video  ! saved file is changed  link 23h58m" in full(dancers(cut))


def test_every_stage_of_a_file_has_its_words() -> None:
    for state in FileStage:
        assert brief(dancers(FileState(FIRST, state, received=1)))[1].startswith("video    ")


def test_every_file_has_the_life_of_its_own_link_and_no_secret() -> None:
    entry = stage.named(mixed(), "two dancers")
    assert entry.task is not None
    first, *others = entry.task.creations
    kinds = (AssetKind.WATERMARKED, AssetKind.MODERATION)
    more = tuple(Asset(kind, "https://f.example.com/x?token=secret") for kind in kinds)
    made = first._replace(assets=(*first.assets, *more))
    entry = entry._replace(task=entry.task._replace(creations=(made, *others)), files=())
    lines = full(entry)
    for line in (
        "· video  unsaved  link 23h58m",
        "· cover  not asked for  link 58m",
        "· watermarked  not asked for  link 1d00h",
        "· moderation  not asked for  link 1d00h",
    ):
        assert line in lines
    assert "secret" not in "\n".join([*lines, *brief(entry)])
    assert any(line.startswith("watermarked  not") for line in brief(entry))


def test_a_file_whose_link_the_answer_does_not_name_is_still_listed() -> None:
    speech = FileState(FileKey(0, AssetKind.SPEECH), FileStage.SAVED, "/v/speech.mp3", 5, 5)
    assert "✓ speech  5 B  saved  no link" in full(dancers(speech))


def test_a_task_without_files_says_so() -> None:
    assert full(stage.named(mixed(), "rain loop")) == ["No file yet."]
    assert full(stage.named(ended(), "car chase")) == ["There is no file."]


def test_an_expired_link_is_told_apart_and_d_gets_a_new_one() -> None:
    entry = stage.named(mixed(), "beach at dusk")
    lines = facts.overview(entry, stage.NOW + DAY_S, DAY_S)[1]
    assert plain(lines)[:2] == ["video    unsaved  d gets a new link", "link     expired"]
    assert lines[1][1].role is Role.ERROR
