"""Which keys the config file has and what they mean. Knows neither environment nor flags."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

from vidu_tui.core.errors import ConfigError
from vidu_tui.storage import config_values
from vidu_tui.storage.config_values import Section, ValueRefusedError

BUILT_IN_GATEWAY = "theturbo"
BUILT_IN_BASE_URL = "https://gateway.theturbo.ai/v1/vidu"
BUILT_IN_FILE_HOSTS = ("*.theturbo.ai",)
BUILT_IN_KEY_ENV = "VIDU_API_KEY"
NAME_TEMPLATE = "{date}_{label|type}_{model}_{resolution}_{id}{n}.{ext}"
ASSETS = ("video", "watermarked", "cover", "speech", "sound", "bgm", "moderation")
COLUMNS = (
    "state",
    "progress",
    "name",
    "model",
    "resolution",
    "duration",
    "credits",
    "expires",
    "file",
)
INSECURE = "is plain http to another machine: use https, or set allow_insecure = true"
EVENTS = ("success", "failed", "canceled")
GATEWAY_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]*"
_HOST = r"(?:\*\.)?(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z0-9]"


class GatewayConfig(NamedTuple):
    """One gateway: where it is, how it is spoken to, where its key comes from (never the key)."""

    name: str
    base_url: str
    auth: str = "Bearer"
    """The scheme before the key; "" = the bare key."""
    key_env: str = ""
    """The environment variable that holds the key; "" = none."""
    key_cmd: tuple[str, ...] = ()
    file_hosts: tuple[str, ...] = ()
    """Other hosts that may be given the key for a file, over https only."""
    allow_insecure: bool = False
    is_named: bool = False
    """Whether the file names it; the built-in one is there without that."""
    is_base_url_overridden: bool = False
    """Whether this run's base URL is another than the file's; see ``credentials.find_key``."""


class PollConfig(NamedTuple):
    """How often to ask; ``max_per_minute`` is for a whole gateway, 0 = no limit."""

    processing_s: float = 5.0
    queueing_s: float = 10.0
    max_per_minute: int = 600


class DownloadConfig(NamedTuple):
    """What is saved, where and when."""

    dir: Path
    auto: str = "before-expiry"
    parallel: int = 3
    assets: tuple[str, ...] = ("video",)
    name: str = NAME_TEMPLATE
    link_lifetime_s: float = 86400.0
    sidecar: bool = False


class NotifyConfig(NamedTuple):
    """Which ends of a task are told."""

    on: tuple[str, ...] = ("success", "failed")


class UiConfig(NamedTuple):
    """What the screen looks like; the UI itself knows which themes there are."""

    theme: str = "vidu-night"
    pane: str = "auto"
    columns: tuple[str, ...] = COLUMNS
    ascii: bool | None = None
    """None = "auto", by the locale."""


class HookConfig(NamedTuple):
    """A program to run when a task ends; ``run`` is an argument list, never a shell's line."""

    on: tuple[str, ...]
    run: tuple[str, ...]
    timeout_s: float = 60.0


class Config(NamedTuple):
    """All that is set, checked; made once a run by ``config.load``."""

    file: Path
    """The config file that counts, whether it is there or not."""
    default_gateway: str
    """The gateway of a task that names none."""
    chosen_gateway: str
    """--gateway, else the default: new tasks go there, VIDU_* variables speak for it alone."""
    gateways: Mapping[str, GatewayConfig]
    download: DownloadConfig
    poll: PollConfig = PollConfig()
    notify: NotifyConfig = NotifyConfig()
    ui: UiConfig = UiConfig()
    keymap: Mapping[str, str] = MappingProxyType({})
    hooks: tuple[HookConfig, ...] = ()

    @property
    def key_names(self) -> frozenset[str]:
        """Return the environment variables that hold keys: no child process may get them."""
        named = (gateway.key_env for gateway in self.gateways.values())
        return frozenset({BUILT_IN_KEY_ENV, *named}) - {""}


def from_file(file: Path, top: Section, folder: Path) -> Config:
    """Return what the file says, ``folder`` being where downloads go if it does not."""
    default_gateway = top.take("default_gateway", config_values.filled, BUILT_IN_GATEWAY)
    gateways = _gateways(top.below("gateway"))
    config = Config(
        file=file,
        default_gateway=default_gateway,
        chosen_gateway=default_gateway,
        gateways=MappingProxyType(gateways),
        poll=_poll(top.below("poll")),
        download=_download(top.below("download"), folder),
        notify=_notify(top.below("notify")),
        ui=_ui(top.below("ui")),
        keymap=MappingProxyType(top.below("keymap").texts()),
        hooks=tuple(_hook(section) for section in top.every("hook")),
    )
    top.finish()
    if default_gateway not in gateways:
        shown = config_values.printable(default_gateway)
        problem = f"`default_gateway` is `{shown}`, but there is only {listing(gateways)}"
        raise top.refuse(problem, "default_gateway")
    return config


def built_in() -> GatewayConfig:
    """Give the gateway that is there without a word in the file."""
    return GatewayConfig(
        name=BUILT_IN_GATEWAY,
        base_url=BUILT_IN_BASE_URL,
        key_env=BUILT_IN_KEY_ENV,
        file_hosts=BUILT_IN_FILE_HOSTS,
    )


def _gateways(section: Section) -> dict[str, GatewayConfig]:
    gateways = {BUILT_IN_GATEWAY: built_in()}
    for name, table in section.each_below().items():
        if re.fullmatch(GATEWAY_NAME, name) is None:
            problem = "a gateway's name has letters, digits, _ and - only, as in [gateway.vidu_cn]"
            raise section.refuse(problem, name)
        gateways[name] = _gateway(name, table, gateways.get(name))
    return gateways


def _gateway(name: str, section: Section, known: GatewayConfig | None) -> GatewayConfig:
    if known is None:
        base_url = section.need("base_url", check_base_url)
        known = GatewayConfig(name=name, base_url=base_url)
    env_name = config_values.matching(
        r"[A-Za-z_][A-Za-z0-9_]*|", "the name of an environment variable"
    )
    hosts = config_values.every_matching(_HOST, 'host names, as in ["*.example.com"]')
    base_url = section.take("base_url", check_base_url, known.base_url)
    if base_url != known.base_url:  # its hosts were named for the built-in one
        known = known._replace(file_hosts=())
    gateway = known._replace(
        base_url=base_url,
        auth=section.take("auth", config_values.choice("Bearer", "Token", ""), known.auth),
        key_env=section.take("key_env", env_name, known.key_env),
        key_cmd=section.take("key_cmd", config_values.arguments, known.key_cmd),
        file_hosts=tuple(
            host.lower() for host in section.take("file_hosts", hosts, known.file_hosts)
        ),
        allow_insecure=section.take("allow_insecure", config_values.flag, known.allow_insecure),
        is_named=True,
    )
    section.finish()
    if is_insecure(gateway.base_url) and not gateway.allow_insecure:
        raise section.refuse(f"`base_url` in [gateway.{name}] {INSECURE}", "base_url")
    return gateway


def _poll(section: Section) -> PollConfig:
    default = PollConfig()
    interval = config_values.duration(least_s=0.2, least='"200ms"')
    config = PollConfig(
        processing_s=section.take("processing", interval, default.processing_s),
        queueing_s=section.take("queueing", interval, default.queueing_s),
        max_per_minute=section.take(
            "max_per_minute", config_values.whole(0, 100_000), default.max_per_minute
        ),
    )
    section.finish()
    return config


def _download(section: Section, folder: Path) -> DownloadConfig:
    default = DownloadConfig(dir=folder)
    auto = config_values.choice("before-expiry", "off", "success")
    lifetime = config_values.duration()
    config = DownloadConfig(
        dir=section.take("dir", config_values.folder, default.dir),
        auto=section.take("auto", auto, default.auto),
        parallel=section.take("parallel", config_values.whole(1, 16), default.parallel),
        assets=section.take("assets", config_values.choices(*ASSETS, least=1), default.assets),
        name=section.take("name", _template, default.name),
        link_lifetime_s=section.take("link_lifetime", lifetime, default.link_lifetime_s),
        sidecar=section.take("sidecar", config_values.flag, default.sidecar),
    )
    section.finish()
    return config


def _notify(section: Section) -> NotifyConfig:
    config = NotifyConfig(section.take("on", config_values.choices(*EVENTS), NotifyConfig().on))
    section.finish()
    return config


def _ui(section: Section) -> UiConfig:
    default = UiConfig()
    pane = config_values.choice("auto", "right", "below", "off")
    config = UiConfig(
        theme=section.take("theme", config_values.filled, default.theme),
        pane=section.take("pane", pane, default.pane),
        columns=section.take("columns", config_values.choices(*COLUMNS, least=1), default.columns),
        ascii=section.take("ascii", config_values.flag_or_auto, default.ascii),
    )
    section.finish()
    return config


def _hook(section: Section) -> HookConfig:
    config = HookConfig(
        on=section.need("on", config_values.choices(*EVENTS, least=1)),
        run=section.need("run", config_values.arguments),
        timeout_s=section.take("timeout", config_values.duration(), 60.0),
    )
    section.finish()
    return config


def check_base_url(value: object) -> str:
    """Check a gateway's base URL and return it without the slash at its end; never repeats it."""
    from vidu_tui.core import links

    url = config_values.filled(value)
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or " " in url or "\\" in url or links.origin(url) is None:
        raise ValueRefusedError("must be an http or https URL with a host")
    if "@" in parts.netloc:
        raise ValueRefusedError("must not hold a user name or password")
    if "?" in url or "#" in url:
        raise ValueRefusedError("must end with its path, without ? or #")
    return url.rstrip("/")


def is_insecure(url: str) -> bool:
    """Say whether a key sent to a URL could be read on its way."""
    from vidu_tui.core import links

    return urlsplit(url).scheme == "http" and not links.is_loopback(url)


def listing(gateways: Iterable[str]) -> str:
    """Return gateways' names for a sentence."""
    return ", ".join(f"`{name}`" for name in sorted(gateways))


def _template(value: object) -> str:
    from vidu_tui.core import names

    template = config_values.filled(value)
    try:
        names.parse_template(template)
    except ConfigError as error:
        raise ValueRefusedError(f"is not usable: {error}") from error
    return template
