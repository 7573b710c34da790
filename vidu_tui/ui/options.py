"""What the screen is told once, at the start. Plain data; made by the command line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from vidu_tui.core import view
from vidu_tui.core.sorting import COLUMNS


@dataclass(frozen=True, slots=True)
class Options:
    """Everything about this run that the screen shows or goes by."""

    gateway: str
    """The gateway of new tasks."""
    known_origins: Mapping[str, str] = field(default_factory=dict)
    """Origins of the configured gateways, to their names."""
    folder: str = "~/Videos/vidu"
    """Where videos go, as it is shown."""
    auto: str = "before-expiry"
    lifetime_s: float = view.LINK_LIFETIME_S
    theme: str = "vidu-night"
    colorfgbg: str = ""
    pane: str = "auto"
    """Where the pane stands: a word of ``ui.pane``."""
    columns: tuple[str, ...] = COLUMNS
    """What is shown where there is room, by the config."""
    remembered: Mapping[str, str] = field(default_factory=dict)
    """How the person left the screen; stronger than the config."""
    keep_look: Callable[[Mapping[str, str]], str] = lambda _: ""
    """Write that down for the next start; blocks, and gives what went wrong."""
    is_ascii: bool = False
    is_demo: bool = False
    shows_host: bool = False
    """The base URL is another than the configured one: the header names its host."""
    unasked: frozenset[str] = frozenset()
    """Gateways that nobody has named; the header names them once they are asked."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Keys of the person's own, by the ids of actions."""
    config_file: str = "config.toml"
    """Where they stand, as it is shown."""
    wants_key: bool = False
    """No key was found: ask for one at the start."""
    can_store_key: bool = True
    credentials_file: str = ""
    """As it is shown."""
    store_key: Callable[[str, str], None] = lambda _gateway, _key: None
    """Store a key for a gateway; raises ConfigError."""
    clean_key: Callable[[str], str] = str.strip
    """Trim a pasted key; raises ConfigError for one that no header may carry."""
    list_error: str = ""
    """Why the list cannot be read; empty where it can."""
    list_path: str = ""
    edit_list: Callable[[], None] | None = None
    """Open the list in the person's editor and wait; None where none is set."""
    places: tuple[tuple[str, str], ...] = ()
    """What lies where, for the help: a word and a path."""
    shown_path: Callable[[str], str] = str
    """Write a path for the screen, the home folder as ``~``."""
    own_folder: Callable[[str], str] = str
    """Read the name of a folder as a whole path; raises ConfigError with one clear line."""
    open_path: Callable[[str], bool] = lambda _: False
    """Open a file or a folder with the system's own program; blocks; False where none could."""
    copy_text: Callable[[str], bool] = lambda _: False
    """Put a text on this machine's own clipboard, beside the terminal's; blocks."""
    curl: Callable[[str, str], str] = lambda _gateway, _id: ""
    """Write a command line that asks a gateway for an id; the key stays a variable in it."""
    keep_crash: Callable[[str], object] = lambda _: None
    """Write down where a bug was, for the log."""
    redact: Callable[[str], str] = lambda text: text
    """Take keys and link queries out of any text."""
