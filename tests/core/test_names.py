"""File names: safe everywhere, short enough, and never the same for two assets."""

import unicodedata
from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vidu_tui.core.errors import ConfigError
from vidu_tui.core.names import DEFAULT_TEMPLATE, FIELDS, MAX_BYTES, numbered, parse_template

TASK = {
    "date": "2026-11-23",
    "label": "hero shot",
    "type": "img2video",
    "model": "viduq3-turbo",
    "resolution": "720p",
    "id": "940107923630096384",
}
STEM = "2026-11-23_hero_shot_viduq3-turbo_720p_940107923630096384"
KINDS = ("video", "watermarked", "cover", "speech", "sound", "bgm", "moderation")


def name_of(
    template: str = DEFAULT_TEMPLATE,
    *,
    index: int = 1,
    count: int = 1,
    kind: str = "video",
    ext: str = "mp4",
    part: int = 1,
    fields: Mapping[str, str] = {},
) -> str:
    known = {**TASK, **fields}
    return parse_template(template).name(
        known, index=index, count=count, kind=kind, ext=ext, part=part
    )


def is_safe(name: str) -> bool:
    stem = name.partition(".")[0].upper()
    return (
        name not in {"", ".", ".."}
        and not set(name) & set('<>:"/\\|?*')
        and name[0] not in ".-"
        and name[-1] not in ". "
        and not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Cn", "Co"} for c in name)
        and not any(c.isspace() for c in name)
        and stem not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9", "COM¹"}
        and unicodedata.is_normalized("NFC", name)
        and len(name.encode()) <= MAX_BYTES - len(".part")
    )


def test_the_default_name_tells_what_it_is() -> None:
    assert name_of() == f"{STEM}.mp4"


@pytest.mark.parametrize(
    ("index", "count", "kind", "part", "tail"),
    [
        (1, 1, "cover", 1, "_cover"),
        (1, 2, "video", 1, "_1"),
        (2, 2, "video", 1, "_2"),
        (2, 2, "watermarked", 1, "_2_watermarked"),
        (1, 1, "moderation", 1, "_moderation_1"),
        (1, 1, "moderation", 2, "_moderation_2"),
        (1, 1, "speech", 1, "_speech"),
        (1, 1, "sound", 1, "_sound"),
        (1, 1, "bgm", 1, "_bgm"),
    ],
)
def test_other_creations_and_assets_have_tails(
    index: int, count: int, kind: str, part: int, tail: str
) -> None:
    name = name_of(index=index, count=count, kind=kind, part=part, ext="jpg")
    assert name == f"{STEM}{tail}.jpg"


@pytest.mark.parametrize(
    ("template", "fields", "name"),
    [
        (DEFAULT_TEMPLATE, {"label": ""}, STEM.replace("hero_shot", "img2video") + ".mp4"),
        (
            DEFAULT_TEMPLATE,
            {"label": "", "type": "", "model": ""},
            f"2026-11-23_720p_{TASK['id']}.mp4",
        ),
        ("{date}_{label}.{ext}", {"date": ""}, "hero_shot.mp4"),
        ("{date} - {label} - {model}", {"label": ""}, "2026-11-23_-_viduq3-turbo.mp4"),
        ("clip {label}{n}", {"label": ""}, "clip.mp4"),
        ("{label}", {"label": " -..hid.den.- "}, "hid.den.mp4"),
        ("{label}", {"label": ""}, "video.mp4"),
        ("{label}", {"label": "a/b\\c:d"}, "a_b_c_d.mp4"),
        ("{label}", {"label": "../../etc/passwd"}, "etc_passwd.mp4"),
        ("{label}", {"label": "con"}, "_con.mp4"),
        ("{label}", {"label": "Lpt9.tar"}, "_Lpt9.tar.mp4"),
        ("{label}", {"label": "e\u0301te\u0301"}, "été.mp4"),
        ("{label}", {"label": "\u202egnp.exe\u200b\x1b\ud800"}, "gnp.exe.mp4"),
        ("{label}", {"label": "a\tb\u3000c\nd"}, "a_b_c_d.mp4"),
        ("{id}", {"id": "gf03:task_y"}, "gf03_task_y.mp4"),
        ("{ext}_{id}.{ext}", {}, f"mp4_{TASK['id']}.mp4"),
    ],
)
def test_a_name_is_made_by_its_template(template: str, fields: dict[str, str], name: str) -> None:
    assert name_of(template, fields=fields) == name


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{label}", "hero_shot_2.mp4"),
        ("{n}_{label}", "2_hero_shot.mp4"),
        ("{label}_{n}", "hero_shot_2.mp4"),
        ("{label|n}", "hero_shot_2.mp4"),
    ],
)
def test_a_number_comes_whether_the_template_has_one_or_not(template: str, name: str) -> None:
    assert name_of(template, index=2, count=2) == name


@pytest.mark.parametrize(
    ("ext", "name"), [("", "hero_shot"), ("MP4", "hero_shot.mp4"), ("../x", "hero_shot.x")]
)
def test_the_ending_is_plain(ext: str, name: str) -> None:
    assert name_of("{label}.{ext}", ext=ext) == name


@pytest.mark.parametrize(
    ("template", "column", "words"),
    [
        ("", 1, "it is empty"),
        ("{id}{labl}", 6, "there is no field {labl}; do you mean {label}?"),
        ("{label|mdl}", 8, "{mdl}"),
        ("{xyzzy}", 2, "there are date, label"),
        ("{id}_{", 6, "never closed"),
        ("{{id}}", 1, "never closed"),
        ("{id}}", 5, "closes nothing"),
        ("{id}{}", 6, "has no name"),
        ("{label|}", 8, "has no name"),
        ("{date}/{id}", 7, "holds no folder"),
        ("{date}\\{id}", 7, "holds no folder"),
        ("{date}:{id}", 7, "cannot stand"),
        ("a\x00{id}", 2, "cannot stand"),
    ],
)
def test_a_wrong_template_is_told_with_its_column(template: str, column: int, words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_template(template)
    assert str(raised.value).startswith(f"download.name, column {column}: ")
    assert words in str(raised.value)


@pytest.mark.parametrize("letter", ["x", "é", "家", "👍🏽", "e\u0323\u0301"])
def test_a_long_name_is_cut_between_characters_and_keeps_id_and_ending(letter: str) -> None:
    for extra in range(4):
        fields = {"label": "x" * extra + letter * 200}
        name = name_of(index=2, count=2, kind="cover", ext="jpg", fields=fields)
        assert is_safe(name)
        assert name.endswith("_720p_940107923630096384_2_cover.jpg")
        cut = name.removeprefix("2026-11-23_").partition("_viduq3")[0].lstrip("x")
        whole = unicodedata.normalize("NFC", letter)
        assert cut == whole * (len(cut) // len(whole))


def test_the_longest_id_that_can_be_added_is_kept() -> None:
    long_id = "a" * 128
    fields = {"id": long_id, "label": "b" * 300}
    assert long_id in name_of(kind="moderation", index=10, count=10, fields=fields)


def test_the_next_number_stands_before_the_ending() -> None:
    assert numbered("clip.mp4", 2) == "clip_2.mp4"
    assert numbered("clip", 3) == "clip_3"
    assert numbered("clip.tar.gz", 2) == "clip.tar_2.gz"
    assert len(numbered("家" * 100 + ".mp4", 12).encode()) <= MAX_BYTES - len(".part")


def test_a_number_never_costs_the_id() -> None:
    name = name_of(fields={"label": "x" * 300})
    assert numbered(name, 9999).endswith("_940107923630096384_9999.mp4")


WORDS = st.text(max_size=40) | st.sampled_from(["nul", "..", "-rf", "a" * 300, "é" * 150, "\u0301"])
TEMPLATES = st.lists(
    st.sampled_from([f"{{{name}}}" for name in FIELDS] + ["_", "-", ".", " ", "a", "{label|type}"]),
    min_size=1,
    max_size=8,
).map("".join)


@given(TEMPLATES, st.dictionaries(st.sampled_from(FIELDS), WORDS), st.text(max_size=6))
@settings(max_examples=120, deadline=None)
def test_every_name_is_safe_on_every_system(
    template: str, fields: dict[str, str], ext: str
) -> None:
    checked = parse_template(template)
    for index, kind in product((1, 2), ("video", "cover")):
        name = checked.name(fields, index=index, count=2, kind=kind, ext=ext)
        assert is_safe(name), name
        assert is_safe(numbered(name, 12))


@given(TEMPLATES, WORDS, WORDS)
@settings(max_examples=100, deadline=None)
def test_assets_of_one_task_never_share_a_name(template: str, label: str, id_: str) -> None:
    checked = parse_template(template)
    fields = {"label": label, "id": id_}
    names = [
        checked.name(fields, index=index, count=3, kind=kind, ext="bin", part=part)
        for index, kind, part in product((1, 2, 3), KINDS, (1, 2))
    ]
    assert len({name.casefold() for name in names}) == len(names)


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_a_template_is_taken_or_refused_with_a_sentence(template: str) -> None:
    try:
        parse_template(template)
    except ConfigError as error:
        assert str(error).startswith("download.name, column ")  # noqa: PT017 - both ends are right
