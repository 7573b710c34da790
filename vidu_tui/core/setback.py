"""What a poll that failed makes of a row: its trouble, and when it is asked again. Pure."""

from vidu_tui.core import schedule
from vidu_tui.core.board import Entry, Trouble
from vidu_tui.core.errors import GatewayError, RateLimited, TaskUnknown
from vidu_tui.core.schedule import Intervals


def after(
    entry: Entry,
    error: GatewayError,
    *,
    rest_s: float | None,
    now: float,
    sample: float,
    intervals: Intervals,
) -> tuple[Entry, float]:
    """Give the row after a failure, and in how many seconds it is asked again.

    ``rest_s`` is how long its whole gateway rests, None for a trouble of its own. A gateway's
    rate is nobody's trouble and shows in no row.
    """
    old, is_denial = entry.trouble, isinstance(error, TaskUnknown)
    before = old if old is not None and old.is_denial == is_denial else None
    since = before.since if before else now
    count = before.failures + 1 if before else 1
    is_denied = entry.is_denied or (is_denial and schedule.is_denial_final(count, since, now))
    retry_s = schedule.retry_s(error, count, sample, intervals) if rest_s is None else rest_s
    if is_denied:
        retry_s = max(retry_s, schedule.SLOW_S)
    if isinstance(error, RateLimited):
        return entry, retry_s
    trouble = Trouble(
        cell=error.cell,
        line=str(error),
        since=since,
        next_at=now + retry_s,
        has_age=error.has_age,
        failures=count,
        is_denial=is_denial,
        outlook=error.outlook,
        trace_id=error.trace_id,
    )
    return entry._replace(trouble=trouble, is_denied=is_denied), retry_s


def unknown_gateway(entry: Entry, now: float) -> Entry:
    """Give the row of a task whose gateway the config does not know."""
    line = f"The list names the gateway {entry.key.gateway}, which the config does not know."
    return entry._replace(trouble=Trouble("unknown gateway", line, now))


def unpromised(entry: Entry) -> Entry:
    """Take back when a task is asked next: nobody does."""
    if entry.trouble is None or entry.trouble.next_at is None:
        return entry
    return entry._replace(trouble=entry.trouble._replace(next_at=None))
