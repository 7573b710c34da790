"""What the window that polls tells the others, as JSON and back. Knows no file and no lease.

What is read back is data: total, and never more than was written.
"""

import json
from typing import NamedTuple

from vidu_tui.core.board import Health, HealthKind, Trouble
from vidu_tui.core.budget import BURST_S, TENTHS
from vidu_tui.core.jsontext import Json, decode
from vidu_tui.core.record import clean

_LARGEST = 1e12
"""No time and no count of ours is larger."""
_MOST_ASKED = 100_000


class Report(NamedTuple):
    """How the polling goes."""

    paused_since: float | None = None
    """Since when (epoch seconds) nothing is polled; None while it is."""
    health: tuple[Health, ...] = ()
    lately: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """For each gateway the questions of each tenth of the last minute, the newest first."""


def aged(report: Report, seconds: float) -> Report:
    """Say what is still true of a report that is so old: what was asked, and a limit, pass."""
    tenths = min(TENTHS, max(0, int(seconds / BURST_S)))
    lately = tuple((name, (0,) * tenths + asked) for name, asked in report.lately)
    if tenths < TENTHS:
        return report._replace(lately=lately)
    health = tuple(health._replace(limit=None) for health in report.health)
    return report._replace(lately=(), health=health)


def written(report: Report) -> str:
    """Write a report; no text in it holds a credential."""
    healths: list[Json] = [_health(health) for health in report.health]
    counts: dict[str, Json] = {gateway: list(asked) for gateway, asked in report.lately}
    said: dict[str, Json] = {
        "paused_since": report.paused_since,
        "health": healths,
        "lately": counts,
    }
    return json.dumps(said, ensure_ascii=False)


def read(words: str) -> Report:
    """Read what ``written`` wrote; an empty report for anything else."""
    said = _object(words)
    healths, lately = said.get("health"), said.get("lately")
    rows = healths if isinstance(healths, list) else []
    found = (_read_health(row) for row in rows if isinstance(row, dict))
    counts = lately.items() if isinstance(lately, dict) else ()
    return Report(
        paused_since=_number(said, "paused_since"),
        health=tuple(health for health in found if health is not None),
        lately=tuple((gateway, _counts(asked)) for gateway, asked in counts),
    )


def written_trouble(trouble: Trouble) -> str:
    """Write why a poll gave no answer."""
    said: dict[str, Json] = {
        "cell": clean(trouble.cell),
        "line": clean(trouble.line),
        "since": trouble.since,
        "next_at": trouble.next_at,
        "has_age": trouble.has_age,
        "count": trouble.failures,
        "is_denial": trouble.is_denial,
        "outlook": clean(trouble.outlook),
        "trace_id": clean(trouble.trace_id),
    }
    return json.dumps(said, ensure_ascii=False)


def read_trouble(words: str) -> Trouble | None:
    """Read what ``written_trouble`` wrote; None for anything else."""
    said = _object(words)
    since = _number(said, "since")
    if since is None:
        return None
    return Trouble(
        cell=_text(said, "cell"),
        line=_text(said, "line"),
        since=since,
        next_at=_number(said, "next_at"),
        has_age=said.get("has_age") is True,
        failures=int(_number(said, "count") or 1),
        is_denial=said.get("is_denial") is True,
        outlook=_text(said, "outlook"),
        trace_id=_text(said, "trace_id"),
    )


def _health(health: Health) -> Json:
    return {
        "gateway": health.gateway,
        "kind": health.kind.value,
        "latency_ms": health.latency_ms,
        "polled_at": health.polled_at,
        "since": health.since,
        "next_at": health.next_at,
        "line": clean(health.line),
        "asked": health.asked,
        "limit": health.limit,
    }


def _read_health(said: dict[str, Json]) -> Health | None:
    kinds = {kind.value: kind for kind in HealthKind}
    kind = kinds.get(_text(said, "kind"))
    if kind is None:
        return None
    latency_ms, limit = _number(said, "latency_ms"), _number(said, "limit")
    return Health(
        gateway=_text(said, "gateway"),
        kind=kind,
        latency_ms=None if latency_ms is None else int(latency_ms),
        polled_at=_number(said, "polled_at"),
        since=_number(said, "since"),
        next_at=_number(said, "next_at"),
        line=_text(said, "line"),
        asked=int(_number(said, "asked") or 0),
        limit=None if limit is None else int(limit),
    )


def _object(words: str) -> dict[str, Json]:
    try:
        said = decode(words)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _number(said: dict[str, Json], name: str) -> float | None:
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < _LARGEST else None


def _counts(value: Json) -> tuple[int, ...]:
    rows = value if isinstance(value, list) else []
    return tuple(n for n in rows if isinstance(n, int) and 0 <= n < _MOST_ASKED)[:TENTHS]


def _text(said: dict[str, Json], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""
