"""What windows tell each other: read back as it was written, and harmless whatever stands there."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidu_tui.core import report
from vidu_tui.core.board import Health, HealthKind, Trouble
from vidu_tui.core.budget import TENTHS
from vidu_tui.core.report import Report

HEALTH = Health(
    gateway="theturbo",
    kind=HealthKind.THROTTLED,
    latency_ms=182,
    polled_at=1_800_000_000.5,
    since=1_800_000_000.0,
    next_at=1_800_000_012.0,
    line="theturbo wants fewer requests.",
    asked=214,
    limit=600,
)
SICK = Trouble("502", "theturbo: 502.", 1.0, 9.0, has_age=True, failures=3, trace_id="5be4")


def test_a_report_is_read_as_it_was_written() -> None:
    told = Report(1_800_000_000.0, (HEALTH, Health("other")), (("theturbo", (3, 0, 14)),))
    assert report.read(report.written(told)) == told
    assert report.read(report.written(Report())) == Report()


def test_trouble_is_read_as_it_was_written() -> None:
    assert report.read_trouble(report.written_trouble(SICK)) == SICK


def test_no_link_leaves_with_its_query() -> None:
    line = "refused https://h.example/a.mp4?X-Amz-Signature=0123456789abcdef"
    told = report.written(Report(health=(Health("g", line=line),)))
    assert "0123456789abcdef" not in told + report.written_trouble(Trouble("x", line, 1.0))


@pytest.mark.parametrize("words", ["", "null", "[]", "{", '{"health": 3, "lately": []}'])
def test_anything_else_is_an_empty_report(words: str) -> None:
    assert report.read(words) == Report()
    assert report.read_trouble(words) is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("health", "lately", "kind", "since", "limit", "paused_since")), inner
        )
    ),
    max_leaves=12,
)


@given(_JSON)
def test_reading_never_fails_and_counts_stay_in_their_bounds(said: object) -> None:
    words = json.dumps(said)
    report.read_trouble(words)
    for _, counts in report.read(words).lately:
        assert len(counts) <= TENTHS
        assert all(count >= 0 for count in counts)


def test_what_was_asked_passes_with_time_and_so_does_a_limit() -> None:
    health = Health("theturbo", kind=HealthKind.THROTTLED, limit=30, next_at=4_000.0)
    told = Report(health=(health,), lately=(("theturbo", (5, 4, 3, 2, 1, 0, 0, 0, 0, 0)),))
    assert report.aged(told, 13.0).lately[0][1][:7] == (0, 0, 5, 4, 3, 2, 1)
    assert report.aged(told, 13.0).health == (health,)
    old = report.aged(told, 61.0)
    assert old.lately == ()
    assert (old.health[0].limit, old.health[0].next_at) == (None, 4_000.0)
