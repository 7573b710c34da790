"""Reads the keyboard in whole reads; leaves the terminal and comes back. Knows no key's meaning.

Textual's own reader hands each key over as it is parsed: the first key of a paste would be
handled while the rest still waits in the reader's thread. Its own way to stop and go on acts in
the midst of whatever runs, sleeps for ever where no shell could wake it, and paints nothing anew.
"""

import os
import selectors
import signal
import sys
import threading
from codecs import getincrementaldecoder
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from vidu_tui.ui import escapes

if TYPE_CHECKING:
    from asyncio import TimerHandle

    from textual.app import App
    from textual.message import Message

READ_BYTES = 64 * 1024
MOST_BYTES = 1024 * 1024
"""As much of a paste as is handed over at once."""
MORE_S = 0.004
"""Where several bytes came, the rest of a paste has this long to follow."""
SETTLED_S = 0.5
"""A SIGCONT within so long after our own coming back is the one that brought us back."""
LOOK_S = 0.2
"""How often a program in the background looks whether it has the terminal again."""


ONE_KEY_BYTES = 5
"""An escape sequence that is no longer is one key, an arrow for one; nothing follows it."""


class TerminalDriver(LinuxDriver):
    """Hand over all messages of a read in one go, and give the terminal back while stopped."""

    _batch: "list[Message] | None" = None

    def __init__(
        self,
        app: "App[Any]",
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ):
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._is_away = False
        self._back_at = float("-inf")
        self._has_missed = False
        self._look: TimerHandle | None = None
        if sys.__stderr__ is None or not sys.__stderr__.isatty():
            self._file = sys.__stdout__  # 2>file keeps the screen where it can be seen
        self._obey_the_shell()

    def _obey_the_shell(self) -> None:
        # In the loop's turn: amid a write to the screen the same lock would be taken twice.
        self._loop.add_signal_handler(signal.SIGTSTP, self._stop)
        self._loop.add_signal_handler(signal.SIGCONT, self._go_on)

    def _stop(self) -> None:
        """Leave the terminal as it was found, stop, and come back once continued.

        The signal's own effect stops us, not SIGSTOP: where there is no shell to say ``fg``, the
        system lets us run on.
        """
        was_shown = self._is_shown
        if was_shown:
            self.suspend_application_mode()
        self._loop.remove_signal_handler(signal.SIGTSTP)
        signal.pthread_kill(threading.get_ident(), signal.SIGTSTP)
        self._loop.add_signal_handler(signal.SIGTSTP, self._stop)
        if was_shown:
            self._come_back()

    def _go_on(self) -> None:
        """Come back, or set the modes again that a shell may have changed."""
        if self._is_away:
            self._come_back()
        elif self._is_shown and self._loop.time() - self._back_at > SETTLED_S:
            self.suspend_application_mode()
            self._come_back()

    def _come_back(self) -> None:
        self._must_signal_resume = True
        self.resume_application_mode()
        self._back_at = self._loop.time()

    @property
    def _is_shown(self) -> bool:
        return self._key_thread is not None and self._key_thread.is_alive()

    def _is_in_front(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) == os.getpgrp()
        except OSError:
            return True  # no shell manages this terminal

    @contextmanager
    def no_automatic_restart(self) -> Iterator[None]:
        """Let another program have the terminal, and be stopped together with it."""
        for number in (signal.SIGTSTP, signal.SIGCONT):
            self._loop.remove_signal_handler(number)
        try:
            with super().no_automatic_restart():
                yield
        finally:
            self._obey_the_shell()

    def start_application_mode(self) -> None:
        """Take the terminal; while it is another's, as after ``bg``, run on without it."""
        if self._look is not None:
            self._look.cancel()
        self._is_away = not self._is_in_front()
        if self._is_away:
            self._look = self._loop.call_later(LOOK_S, self._come_back)
            return
        super().start_application_mode()  # type: ignore[no-untyped-call] # Textual has none here
        self.write(escapes.TITLE_PUSHED)
        self._is_away = not self._is_shown

    def suspend_application_mode(self) -> None:
        """Give the terminal back as it was found."""
        self.write(escapes.TITLE_POPPED)
        super().suspend_application_mode()
        self._key_thread = None
        self._is_away = True

    def disable_input(self) -> None:
        """Read no more; what another has is not touched."""
        if self._key_thread is not None:
            super().disable_input()

    def stop_application_mode(self) -> None:
        """Restore the terminal, if we have it."""
        if self._look is not None:
            self._look.cancel()
        if self._is_away:
            self._is_away = False
            return
        if self._has_missed and self._writer_thread is not None:
            # What restores the terminal goes before frames that it was too slow for.
            with self._writer_thread._queue.mutex:
                self._writer_thread._queue.queue.clear()
        self.write(escapes.TITLE_POPPED)
        super().stop_application_mode()

    def _disable_mouse_support(self) -> None:
        if self._mouse_pixels:
            self.write("\x1b[?1016l")
        super()._disable_mouse_support()

    def write(self, data: str) -> None:
        """Write to the terminal, and never wait for it.

        One that does not keep up misses frames and is painted anew when it does; to one that is
        gone or another's nothing is written.
        """
        writer = self._writer_thread
        if writer is None or not writer.is_alive():
            return
        if not writer._queue.full():
            super().write(data)
        elif not self._has_missed:
            self._has_missed = True
            self._loop.call_later(LOOK_S, self._make_up)

    def _make_up(self) -> None:
        writer = self._writer_thread
        if writer is not None and writer._queue.empty():
            self._has_missed = False
            self._app.post_message(self.SignalResume())
        elif writer is not None and writer.is_alive():
            self._loop.call_later(LOOK_S, self._make_up)

    def close(self) -> None:
        """Let what is written reach the terminal, if it is there."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().close()

    def run_input_thread(self) -> None:
        """Read, parse and hand over until the program ends."""
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        parser = XTermParser(self._debug)
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                data = self._read(selector)
                self._batch = []
                if data:
                    for message in parser.feed(decode(data)):
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
                batch, self._batch = self._batch, None
                if batch:
                    self._loop.call_soon_threadsafe(self._hand_over, batch)

    def _read(self, selector: selectors.BaseSelector) -> bytes:
        if not selector.select(0.1):
            return b""
        data = os.read(self.fileno, READ_BYTES)
        if data[:1] == b"\x1b" and len(data) <= ONE_KEY_BYTES:
            return data
        while 1 < len(data) < MOST_BYTES and selector.select(MORE_S):
            more = os.read(self.fileno, READ_BYTES)
            if not more:
                break
            data += more
        return data

    def send_message(self, message: "Message") -> None:
        """Keep what is parsed until the whole read is; hand anything else over at once."""
        if self._batch is None:
            super().send_message(message)
        else:
            self._batch.append(message)

    def _hand_over(self, batch: "list[Message]") -> None:
        for message in batch:
            self._app.post_message(message)
