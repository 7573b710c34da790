"""Every error that a person can meet, as one tree. Knows words, not causes' mechanics.

VidutuiError                 one line fit for a screen: ``str(error)``
├── SetupError               what the person wrote or set is not usable (exit 2)
│   ├── ConfigError          the config file, an option or the environment
│   └── ListError            the watchlist: broken, newer, unreadable, read-only
├── GatewayError             a question to the gateway got no usable answer
│   ├── KeyMissing           no key for this gateway
│   ├── KeyRefused           401, or 403 with a JSON body
│   ├── TaskUnknown          the gateway denies the id
│   ├── RateLimited          slow down; carries the server's own wait
│   ├── QuestionRefused      any other 4xx
│   ├── ServerTrouble        5xx, 408, 403 with a page
│   ├── NoConnection         name, connect, TLS or proxy failure
│   ├── NoAnswer             time-out, reset or half an answer
│   └── UnusableAnswer       a page, broken JSON, no state, too large
├── Stopped                  the person ended a transfer; not a failure
└── TransferError            a file did not arrive
    ├── FileRefused          the file host says no; carries its status
    ├── NotTheFile           a page or another kind of content came instead
    ├── Damaged              all bytes came, but they are no whole file; kept under another name
    ├── BrokenOff            the stream ended early or stalled; worth another try
    ├── DiskTrouble          full or not writable
    └── HeldElsewhere        another vidu-tui writes this very file
"""


class VidutuiError(Exception):
    """Say in one line what happened, what was kept and what to do."""

    cell = "trouble"
    """At most 18 cells for the row's result column."""
    has_age = False
    """Whether the cell is followed by how long it has been so, as in ``502 for 1m12s``."""


class SetupError(VidutuiError):
    """Something that the person wrote or set is not usable."""


class ConfigError(SetupError):
    """The configuration, an option or the environment is not usable."""


class ListError(SetupError):
    """The watchlist cannot be used as it is; nothing was overwritten."""

    def __init__(self, path: str, problem: str, *, line: int | None = None, column: int = 1):
        at = f", line {line}, column {column}" if line is not None else ""
        super().__init__(f"{path}{at}: {problem}")
        self.path = path
        self.problem = problem
        self.line = line
        self.column = column


class GatewayError(VidutuiError):
    """A question to the gateway got no usable answer; no task's state is touched by it."""

    outlook = "Next try in {wait}; the task itself is not affected."
    """What happens next, with ``{wait}`` to be filled in when it is shown."""

    def __init__(self, sentence: str, *, gateway: str = "", trace_id: str = ""):
        super().__init__(sentence)
        self.gateway = gateway
        self.trace_id = trace_id


class KeyMissing(GatewayError):
    """There is no key for this gateway."""

    cell = ""


class KeyRefused(GatewayError):
    """The gateway does not take this key."""

    cell = ""

    def __init__(self, sentence: str, *, status: int = 401, gateway: str = "", trace_id: str = ""):
        super().__init__(sentence, gateway=gateway, trace_id=trace_id)
        self.status = status


class TaskUnknown(GatewayError):
    """The gateway denies that there is such a task."""

    cell = "not known yet"
    outlook = "Next try in {wait}."


class RateLimited(GatewayError):
    """The gateway wants fewer requests; ``retry_after_s`` is its own wait, None if unsaid."""

    cell = ""
    outlook = "Next one in {wait}; nothing is lost."

    def __init__(
        self,
        sentence: str,
        *,
        retry_after_s: float | None = None,
        gateway: str = "",
        trace_id: str = "",
    ):
        super().__init__(sentence, gateway=gateway, trace_id=trace_id)
        self.retry_after_s = retry_after_s


class QuestionRefused(GatewayError):
    """The gateway refuses this question in its own words."""

    has_age = True

    def __init__(self, sentence: str, *, status: int, gateway: str = "", trace_id: str = ""):
        super().__init__(sentence, gateway=gateway, trace_id=trace_id)
        self.status = status
        self.cell = str(status)


class ServerTrouble(GatewayError):
    """The gateway is in trouble itself."""

    has_age = True

    def __init__(
        self,
        sentence: str,
        *,
        status: int,
        retry_after_s: float | None = None,
        gateway: str = "",
        trace_id: str = "",
    ):
        super().__init__(sentence, gateway=gateway, trace_id=trace_id)
        self.status = status
        self.retry_after_s = retry_after_s
        self.cell = str(status)


class NoConnection(GatewayError):
    """There is no way to the gateway."""

    outlook = "Next try in {wait}; these are the last known states."
    cell = "offline"
    has_age = True


class NoAnswer(GatewayError):
    """The gateway was reached but gave no whole answer."""

    cell = "no answer"
    has_age = True


class UnusableAnswer(GatewayError):
    """An answer came that says nothing of a task."""

    outlook = "Next try in {wait}."
    cell = "not the gateway"


class Stopped(VidutuiError):
    """The transfer was told to stop; its part is kept."""


class TransferError(VidutuiError):
    """A file did not arrive; what has arrived is kept in its part."""

    cell = "download failed"


class FileRefused(TransferError):
    """The file host answers that it does not give the file."""

    def __init__(
        self,
        sentence: str,
        *,
        status: int,
        wants_key: bool = False,
        retry_after_s: float | None = None,
    ):
        super().__init__(sentence)
        self.status = status
        self.wants_key = wants_key
        """Whether the host asks for a key that it may not be given."""
        self.retry_after_s = retry_after_s
        """How long the host itself asks to wait; None where it does not say."""
        self.cell = f"refused ({status})"


class NotTheFile(TransferError):
    """Something else came instead of the file."""

    cell = "not a video"


class Damaged(TransferError):
    """All that was announced came, but it is not a whole file of its kind."""

    cell = "damaged"

    def __init__(self, sentence: str, *, kept_as: str):
        super().__init__(sentence)
        self.kept_as = kept_as
        """The path under which the bytes lie now."""


class BrokenOff(TransferError):
    """The stream ended early or stalled."""

    cell = "connection lost"


class DiskTrouble(TransferError):
    """The disk is full or does not let us write."""

    def __init__(self, sentence: str, *, is_full: bool):
        super().__init__(sentence)
        self.cell = "disk full" if is_full else "cannot write"
        self.is_full = is_full


class HeldElsewhere(TransferError):
    """Another vidu-tui is downloading this very file."""

    cell = "another vidu-tui"
