"""Put the screen on a run, the person's own or the demo's. Draws and asks nothing."""

import contextlib
import gc
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vidu_tui.assembly import Run, engine_of, own
from vidu_tui.command import Command
from vidu_tui.core import charset, links, text, view
from vidu_tui.core.board import Board
from vidu_tui.core.errors import ConfigError, ListError
from vidu_tui.storage import config as configuration
from vidu_tui.storage import uistate
from vidu_tui.storage.config import Config, Flags
from vidu_tui.storage.logfile import LogFile
from vidu_tui.storage.paths import Paths, tilde
from vidu_tui.storage.watchlist import Listed, Watchlist

if TYPE_CHECKING:
    from vidu_tui.ui.app import ViduApp
    from vidu_tui.ui.options import Options


SWITCH_S = 0.0005
"""So long (s) a thread may hold up the screen's; 5 ms, as Python has it, add up in a key."""


def run(options: Command, *, is_demo: bool) -> tuple[int, bool]:
    """Run the dashboard; give the exit status and whether the demo is wanted next."""
    sys.setswitchinterval(SWITCH_S)
    gc.disable()  # until the first frame stands, of the demo that follows a run too
    os.environ.setdefault("TEXTUAL_FPS", "120")
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]  # empty is not set, but Textual takes it so
    this = demo(options) if is_demo else own(options)
    app = assemble(this, options.ids, is_demo=is_demo, is_verbose=options.verbose)
    try:
        result = app.run()
    finally:
        if this.sandbox is not None:
            this.sandbox.stop()
    if trouble := app.remembered.flush():
        sys.stderr.write(f"vidu-tui: {trouble}\n")
    wants_demo = result == "demo"
    if not wants_demo:
        with contextlib.suppress(OSError):  # the terminal may be gone
            _say_goodbye(app.engine.board, this, is_demo=is_demo)
    return app.return_code or 0, wants_demo


def assemble(
    this: Run, ids: Sequence[str], *, is_demo: bool, is_verbose: bool = False
) -> "ViduApp":
    """Put engine and screen on a run; ids are added first. Raises SetupError."""
    engine = engine_of(this, is_verbose=is_verbose)
    if not is_demo:
        add_first(this, ids)
    list_error = ""
    try:
        engine.load()
    except ListError as error:
        list_error = str(error)
    from vidu_tui.ui.app import ViduApp

    return ViduApp(engine, _ui_options(this, list_error, is_demo=is_demo))


def demo(options: Command, bytes_per_s: float | None = None) -> Run:
    """Make a home of its own and a gateway on this machine; the person's files stay untouched."""
    from vidu_tui.sandbox.scenario import DEMO_TASKS
    from vidu_tui.sandbox.server import Sandbox

    home = Path(tempfile.mkdtemp(prefix="vidu-tui-demo-"))
    paths = Paths.under(home)
    flags = Flags(download_dir=options.download_dir, ascii=options.ascii)
    config = configuration.load(environ={"HOME": str(home)}, paths=paths, flags=flags)
    sandbox = Sandbox() if bytes_per_s is None else Sandbox(bytes_per_s=bytes_per_s)
    gateway = config.gateways[config.default_gateway]._replace(
        base_url=sandbox.base_url,
        is_base_url_overridden=True,
    )
    config = config._replace(gateways={config.default_gateway: gateway})
    this = Run(config, paths, {})
    this.sandbox = sandbox
    this.secrets.add(sandbox.key)
    now = time.time()
    count = len(DEMO_TASKS)
    Watchlist.of(paths).add(
        Listed(task.id, task.label, "", now - 60 * (count - i)) for i, task in enumerate(DEMO_TASKS)
    )
    return this


def add_first(this: Run, ids: Sequence[str]) -> None:
    """Put the ids of the command line on the list; raises ConfigError for a word that is none."""
    if not ids:
        return
    from vidu_tui.core import intake

    for word in ids:
        if not intake.is_task_id(word):
            shown = text.inert(word, 40)
            raise ConfigError(
                f"{shown} is neither a verb nor a task id. vidu-tui add takes any id;"
                " see vidu-tui --help."
            )
    config, watchlist = this.config, Watchlist.of(this.paths)
    rows = [Listed(word, "", config.chosen_gateway) for word in ids]
    watchlist.add(rows, default=config.default_gateway)


def _ui_options(this: Run, list_error: str, *, is_demo: bool) -> "Options":
    from vidu_tui.ui.options import Options
    from vidu_tui.ui.remembered import HIDDEN, PANE, THEME

    config = this.config
    gateway = config.gateways[config.chosen_gateway]
    look = {THEME: config.ui.theme, PANE: config.ui.pane, HIDDEN: " ".join(config.ui.columns)}
    has_editor = bool(this.environ.get("VISUAL") or this.environ.get("EDITOR"))
    places = (
        ("list", tilde(this.paths.watchlist_file)),
        ("settings", tilde(config.file)),
        ("log", tilde(this.paths.log_file)),
        ("videos", tilde(config.download.dir)),
        ("covers", tilde(this.paths.cache_dir / "covers")),
    )
    return Options(
        gateway=config.chosen_gateway,
        unasked=frozenset(
            name
            for name, g in config.gateways.items()
            if not g.is_named and name != config.chosen_gateway
        ),
        known_origins={
            origin: name
            for name, g in config.gateways.items()
            if (origin := links.origin(g.base_url)) is not None
        },
        folder=tilde(config.download.dir),
        auto=config.download.auto,
        lifetime_s=config.download.link_lifetime_s,
        theme=config.ui.theme,
        columns=config.ui.columns,
        remembered=uistate.load(this.paths.ui_file, look),
        keep_look=lambda values: uistate.keep(this.paths.ui_file, values, look),
        colorfgbg=os.environ.get("COLORFGBG", ""),
        pane=config.ui.pane,
        is_ascii=_is_ascii(config),
        is_demo=is_demo,
        shows_host=gateway.is_base_url_overridden and not is_demo,
        keymap=config.keymap,
        config_file=tilde(config.file),
        wants_key=not is_demo and not gateway.key_cmd and not this.key_of(gateway),
        can_store_key=not gateway.is_base_url_overridden,
        credentials_file=tilde(this.paths.credentials_file),
        store_key=this.store_key,
        clean_key=this.clean_key,
        list_error=list_error,
        list_path=tilde(this.paths.watchlist_file),
        edit_list=this.edit_list if has_editor else None,
        places=places,
        shown_path=tilde,
        own_folder=this.own_folder,
        redact=this.redact,
        open_path=this.open_path,
        copy_text=this.copy_text,
        curl=this.curl,
        keep_crash=lambda report: LogFile(this.paths.log_file).write(report.splitlines()),
    )


def _is_ascii(config: Config) -> bool:
    if config.ui.ascii is not None:
        return config.ui.ascii
    return charset.is_ascii(os.environ, sys.stdout.encoding or "")


def _moment(epoch_s: float) -> str:
    """Write a time of today by the clock alone, any other with its day."""
    at = time.localtime(epoch_s)
    is_today = at[:3] == time.localtime()[:3]
    return time.strftime("%H:%M" if is_today else "%d %b %H:%M", at)


def _say_goodbye(board: Board, this: Run, *, is_demo: bool) -> None:
    """Say on stderr what a person should know now that nothing is watched."""
    folder = tilde(this.config.download.dir)
    if is_demo:
        sys.stderr.write(f"The demo's videos stay in {folder}.\n")
        return
    unsaved = view.unsaved(board)
    if not unsaved:
        return
    lifetime_s = this.config.download.link_lifetime_s
    ends = [end for e in unsaved if (end := view.expires_at(e, lifetime_s)) is not None]
    first = ""
    if ends and min(ends) <= time.time():
        first = "; the first link has expired, and the next start asks for a fresh one"
    elif ends:
        first = f"; the first link expires at {_moment(min(ends))}"
    number = sum(len(entry.wanted) - entry.saved_count for entry in unsaved)
    videos = "1 finished video is" if number == 1 else f"{number} finished videos are"
    sys.stderr.write(f"{videos} not saved{first}. Nothing is watched while vidu-tui is closed.\n")
