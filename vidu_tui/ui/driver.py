"""Reads the keyboard so that all keys of one read arrive together. Knows no key's meaning.

Textual's own reader hands each key over as it is parsed: the first key of a paste would be
handled while the rest still waits in the reader's thread.
"""

import os
import selectors
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.message import Message

READ_BYTES = 64 * 1024
MOST_BYTES = 1024 * 1024
"""As much of a paste as is handed over at once."""
MORE_S = 0.004
"""Where several bytes came, the rest of a paste has this long to follow."""


class WholeReads(LinuxDriver):
    """Hand over all messages of a read in one go; a single key waits for nothing."""

    _batch: "list[Message] | None" = None

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
