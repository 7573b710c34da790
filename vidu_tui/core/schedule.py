"""When to ask next. Pure tables: no clock, no randomness of its own, no tasks of asyncio."""

from typing import NamedTuple

from vidu_tui.core.board import Entry
from vidu_tui.core.errors import (
    GatewayError,
    NoConnection,
    QuestionRefused,
    RateLimited,
    ServerTrouble,
    TaskUnknown,
    UnusableAnswer,
)
from vidu_tui.core.task import TaskState

SLOW_S = 600.0
"""Between two questions where little can change: ids the gateway denies, refused questions."""
MAX_BACK_OFF_S = 60.0
MAX_SERVER_WAIT_S = 3600.0
MIN_SERVER_WAIT_S = 1.0
"""A server that says "after 0 seconds" is not asked in a tight circle."""
DENIALS_TO_BELIEVE = 3
DENIALS_SPAN_S = 60.0
EMPTY_SUCCESS_POLLS = 5
FUTURE_S = 60.0
"""What is dated so much later than now is from before the clock on the wall was set back."""
OLD_S = 600.0
"""A state that has lasted longer is asked for less often."""
OLD_PROCESSING_S = 10.0
OLD_QUEUEING_S = 30.0
OFF_PEAK_S = 60.0
SLOW_ANSWER_S = 3.0
"""A gateway that takes longer than this counts as slow."""
FAILING_TASKS = 3
"""So many different tasks in a row without an answer between, and the gateway is away."""
JITTER = 0.1
STALE_FROM_S = 3.0
"""A younger answer is never stale, however short the intervals."""
SKEW_SLACK_S = 30.0
SKEW_LIMIT_S = 7 * 86_400.0


class Intervals(NamedTuple):
    """The person's own intervals, in seconds."""

    processing_s: float = 5.0
    queueing_s: float = 10.0
    unknown_s: float = 15.0


_PROCESSING, _SUCCESS = TaskState.PROCESSING, TaskState.SUCCESS
_WAITING = (
    TaskState.ASKING,
    TaskState.CREATED,
    TaskState.PREPARING,
    TaskState.SCHEDULING,
    TaskState.QUEUEING,
)


def interval_s(
    entry: Entry, intervals: Intervals, empty_polls: int = 0, now: float | None = None
) -> float | None:
    """Give the seconds until an answered task is asked again, None for never.

    ``empty_polls`` counts the answers "success" without a usable file so far: they are asked
    again a few times as while queueing, then slowly, since such a file may still come. ``now``
    (epoch) tells how long the state has lasted; without it the state counts as young.
    """
    state = entry.state
    if state is _SUCCESS and entry.videos:
        return None
    is_old = now is not None and entry.since is not None and now - entry.since > OLD_S
    if state is _PROCESSING:
        return max(intervals.processing_s, OLD_PROCESSING_S if is_old else 0)
    if state in _WAITING:
        is_off_peak = entry.task is not None and bool(entry.task.off_peak)
        slower = OFF_PEAK_S if is_off_peak else OLD_QUEUEING_S if is_old else 0
        return max(intervals.queueing_s, slower)
    if state is _SUCCESS:
        return intervals.queueing_s if empty_polls < EMPTY_SUCCESS_POLLS else SLOW_S
    if state is TaskState.NOT_FOUND:
        return SLOW_S
    return None if state.is_terminal else intervals.unknown_s


def resumed_at(
    entry: Entry, intervals: Intervals, handed_at: float | None, now: float, sample: float
) -> float | None:
    """Give when (epoch) a task is asked by a window that takes over; None for never.

    What the window before us may have asked just before ``handed_at`` (epoch), without leaving
    its answer, waits for a whole interval from there: nothing is asked twice in one.
    """
    wait = interval_s(entry, intervals, now=now)
    if wait is None:
        return None
    if handed_at is None or (entry.added_at is not None and entry.added_at > handed_at):
        return now
    wait = jittered(wait, sample)
    trouble_at = entry.trouble.next_at if entry.trouble else None
    due = trouble_at or (entry.answered_at or 0.0) + wait
    due = min(due, now + (SLOW_S if trouble_at else wait))  # the clock may have been set back
    return max(now, due if due > handed_at else handed_at + wait)


def jittered(seconds: float, sample: float) -> float:
    """Spread an interval by a tenth either way; ``sample`` is from 0 to 1."""
    return seconds * (1 + JITTER * (2 * sample - 1))


def back_off_s(failures: int, sample: float, *, base_s: float = 2.0) -> float:
    """Double the wait with each failure in a row, from ``base_s`` to a minute, with jitter."""
    return min(MAX_BACK_OFF_S, jittered(base_s * 2.0 ** min(failures - 1, 10), sample))


def is_denial_final(denials: int, first_at: float, now: float) -> bool:
    """Tell whether an id is believed to be unknown: three times over at least a minute."""
    return denials >= DENIALS_TO_BELIEVE and now - first_at >= DENIALS_SPAN_S


def retry_s(error: GatewayError, failures: int, sample: float, intervals: Intervals) -> float:
    """Give the wait after a poll that failed for the ``failures``-th time in a row, seconds."""
    if isinstance(error, TaskUnknown):
        return jittered(intervals.queueing_s, sample)
    if isinstance(error, QuestionRefused):
        return jittered((60.0, 300.0, SLOW_S)[min(failures, 3) - 1], sample)
    if isinstance(error, RateLimited):
        return gateway_wait_s(error, failures)
    if isinstance(error, UnusableAnswer):
        return back_off_s(failures, sample, base_s=5.0)
    return back_off_s(failures, sample)


def gateway_wait_s(error: GatewayError, strikes: int, *, is_away: bool = False) -> float:
    """Give how long a whole gateway rests: its own word up to an hour, else 5 s doubling to 60.

    One that is away is tried again after 1 s, doubling to 30.
    """
    if isinstance(error, RateLimited | ServerTrouble) and error.retry_after_s is not None:
        return min(MAX_SERVER_WAIT_S, max(MIN_SERVER_WAIT_S, error.retry_after_s))
    if is_away or isinstance(error, NoConnection):
        return min(30.0, 2.0 ** min(strikes - 1, 6))
    return min(MAX_BACK_OFF_S, 5.0 * 2.0 ** min(strikes - 1, 6))


def skew_s(server_time: float | None, now: float, old: float = 0.0) -> float:
    """Give how far the gateway's clock is ahead of ours, from its answer's ``Date``.

    A date has whole seconds and is as old as the answer was on its way: small differences count
    as none, and one beyond a week as a broken clock.
    """
    if server_time is None:
        return old
    ahead = server_time - now
    if abs(ahead - old) <= SKEW_SLACK_S:
        return old
    return ahead if SKEW_SLACK_S < abs(ahead) < SKEW_LIMIT_S else 0.0


def stale_after_s(entry: Entry, intervals: Intervals, now: float | None = None) -> float | None:
    """Give the age of an answer, in seconds, past which a row is dimmed; None for never."""
    wait = interval_s(entry, intervals, now=now)
    return None if wait is None or wait >= SLOW_S else 3 * wait


def is_stale(entry: Entry, intervals: Intervals, now: float) -> bool:
    """Tell whether what is still polled has had no good answer for three intervals."""
    limit = stale_after_s(entry, intervals, now)
    age = now - (entry.answered_at or now)
    return limit is not None and age > max(limit, STALE_FROM_S)


def with_age(entry: Entry, intervals: Intervals, now: float) -> Entry:
    """Dim a row that is stale."""
    is_old = is_stale(entry, intervals, now)
    return entry if is_old == entry.is_stale else entry._replace(is_stale=is_old)
