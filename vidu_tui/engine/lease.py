"""Who polls: this window or another one. Looks at the lease in the ledger; asks no gateway.

A window that was stopped for a while finds its lease old and asks nothing until it has it anew.
"""

import asyncio
from collections.abc import Callable
from enum import Enum

from vidu_tui.engine.clock import Clock, wait
from vidu_tui.storage.windows import LEASE_S, Glimpse, Held, Windows, Wish

LOOK_S = 0.3
RENEW_S = 1.5
FRESH_S = 1.0
"""A batch starts only on a lease that was seen to be ours so recently."""
BLIND_S = 60.0
"""So long a window that follows waits for a ledger that cannot be used, to poll without it."""


class Role(Enum):
    """What this window is among the others."""

    UNKNOWN = "unknown"
    LEADER = "leader"
    """It polls."""
    FOLLOWER = "follower"
    """Another one polls."""
    GUEST = "guest"
    """Nobody polls, and this one does so only when it is told to."""


class Lease:
    """Hold the lease, or know who does."""

    def __init__(
        self,
        windows: Windows,
        clock: Clock,
        *,
        is_guest: bool = False,
        is_alone: bool = False,
    ):
        """A guest never leads; who is alone leads without a lease, for nobody else is there."""
        self.windows = windows
        self._clock = clock
        self.is_guest = is_guest
        self._is_alone = is_alone
        self._is_urgent = False
        self._renewed_at = float("-inf")
        self._seen_at = float("-inf")
        self._until = float("-inf")
        self._gist: tuple[object, ...] = ()
        self._blind_since: float | None = None
        self._last_held: Held | None = None
        self._is_settled = is_alone
        """Whether what the window before us left has been taken over."""
        self._wake = asyncio.Event()
        self.role = Role.LEADER if is_alone else Role.UNKNOWN
        self.predecessor: Held | None = None
        """Who held the lease before it became ours."""

    def follows(self) -> bool:
        """Tell whether another window polls."""
        return self.role is Role.FOLLOWER

    def leads(self) -> bool:
        """Tell whether this window polls, downloads by itself and tells."""
        return self.role is Role.LEADER

    def may_ask(self) -> bool:
        """Tell whether a question may go out now: the lease is ours and not old."""
        if self.role is not Role.LEADER:
            return self.role is Role.GUEST
        if self._is_alone:
            return True
        is_fresh = self._clock.monotonic() - self._seen_at <= FRESH_S
        return self._is_settled and is_fresh and self._clock.now() < self._until

    def settle(self) -> None:
        """Begin to ask: what the window before us has asked, and its rests, are known now."""
        self._is_settled = True

    def take(self) -> None:
        """Take the lease from whoever holds it: a person has given this window a key."""
        self._is_urgent = not self.is_guest
        self._wake.set()

    async def rest(self) -> None:
        """Wait until it is time to look again."""
        self._wake.clear()
        await wait(self._wake, None if self._is_alone else LOOK_S, self._clock)

    async def look(
        self, said: Callable[[], str], gist: tuple[object, ...], *, askable: int
    ) -> Glimpse | None:
        """Look once: take or renew the lease where that is due; None where nothing can be seen.

        ``said`` is for those who follow, at each renewal and as soon as its ``gist`` has changed;
        ``askable`` counts the gateways with a key that was not refused: a window with fewer gives
        way to any with more.
        """
        if self._is_alone:
            return None
        now, mono = self._clock.now(), self._clock.monotonic()
        renews = self.leads() and (mono - self._renewed_at >= RENEW_S or gist != self._gist)
        wish = Wish(
            askable=askable,
            said=said() if renews else "",
            renews=renews,
            takes=not self.is_guest,
            is_urgent=self._is_urgent,
        )
        glimpse = await asyncio.to_thread(self.windows.look, now, wish)
        if glimpse is None:
            self._act_blindly(mono)
            return None
        self._blind_since = None
        held = self._last_held = glimpse.held
        if held is not None and held.holder == self.windows.me and held.is_valid(now):
            self._lead(held, glimpse.before, self._clock.monotonic())
            self._gist = gist if held.said and renews else self._gist
        elif held is not None and held.is_valid(now) and not self._outdoes(held, askable):
            self.role = Role.FOLLOWER
        elif self.is_guest:
            self.role = Role.GUEST
        return glimpse

    def _outdoes(self, held: Held, askable: int) -> bool:
        """Tell whether a guest asks by itself all the same: whoever polls has no key for it."""
        return self.is_guest and askable > 0 and not held.askable

    def _lead(self, held: Held, before: Held | None, mono: float) -> None:
        if self.role is not Role.LEADER:
            is_other = before is not None and before.holder != self.windows.me
            self.predecessor = before if is_other else None
            self._is_settled = False
        self.role, self._is_urgent, self._seen_at = Role.LEADER, False, mono
        if held.until != self._until:
            self._renewed_at, self._until = mono, held.until

    def _act_blindly(self, began_at: float) -> None:
        """Poll all the same where the ledger cannot be used for long: losing it costs no task.

        ``began_at`` is when the look began; a locked ledger may have held it for seconds. A
        window that follows waits for as long as the process that polls can be seen to live.
        """
        self._blind_since = began_at if self._blind_since is None else self._blind_since
        mono, patience = self._clock.monotonic(), LEASE_S
        if self.role is Role.FOLLOWER and self._last_held is not None:
            lives = self.windows.lives(self._last_held)
            patience = LEASE_S if lives is False else float("inf") if lives else BLIND_S
        if self.role is Role.UNKNOWN or mono - self._blind_since > patience:
            if self.role is not Role.LEADER:
                self.predecessor, self._is_settled = None, False
            self.role = Role.GUEST if self.is_guest else Role.LEADER
            self._seen_at, self._until = mono, self._clock.now() + LEASE_S
