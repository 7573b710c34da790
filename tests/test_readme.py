"""What the README claims: its table of keys, its pictures, its settings, its commands.

``python -m tests.test_readme`` writes the table anew.
"""

import re
import tomllib
from pathlib import Path

from vidu_tui import arguments
from vidu_tui.storage import config
from vidu_tui.storage.paths import Paths
from vidu_tui.ui import actions

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"


def text() -> str:
    """Read the README."""
    return README.read_text(encoding="utf-8")


def table() -> str:
    """Make the table of keys from the bindings."""
    rows = ["| key | does | id |", "|---|---|---|"]
    for binding in actions.bindings():
        keys = " ".join(f"`{actions.sign(key)}`" for key in binding.key.split(","))
        rows.append(f"| {keys} | {binding.tooltip} | `{binding.id}` |")
    return "\n".join(rows)


def with_table(words: str) -> str:
    """Put the table between its marks."""
    made = f"<!-- keys -->\n{table()}\n<!-- /keys -->"
    return re.sub(r"<!-- keys -->.*?<!-- /keys -->", lambda _: made, words, flags=re.DOTALL)


def blocks(kind: str) -> list[str]:
    """Find the code blocks of a language."""
    return re.findall(rf"```{kind}\n(.*?)```", text(), flags=re.DOTALL)


def test_the_table_of_keys_is_that_of_the_program() -> None:
    assert with_table(text()) == text(), "write it anew: python -m tests.test_readme"


def test_every_picture_of_the_readme_is_there_and_each_is_shown() -> None:
    shown = set(re.findall(r"\((screenshots/[^)]+)\)", text()))
    assert shown == {f"screenshots/{p.name}" for p in (ROOT / "screenshots").glob("*.svg")}


def test_the_settings_of_the_readme_are_the_defaults(tmp_path: Path) -> None:
    (said,) = blocks("toml")
    tomllib.loads(said)
    file = tmp_path / "config.toml"
    file.write_text(said, encoding="utf-8")
    file.chmod(0o600)
    environ = {"HOME": str(tmp_path)}
    paths = Paths.find(environ)
    told = config.load(environ=environ, paths=paths, config_file=file)
    default = config.load(environ=environ, paths=paths)
    assert told.gateways == default.gateways
    assert (told.poll, told.ui) == (default.poll, default.ui)
    assert told.download.name == default.download.name
    assert told.download.link_lifetime_s == default.download.link_lifetime_s


def test_each_of_the_two_commands_is_one_line_that_makes_its_own_environment() -> None:
    for mark, ending in (("demo", "--demo"), ("tests", "-m pytest -q")):
        found = re.search(rf"<!-- {mark} -->\s*```sh\n(.+)\n```", text())
        assert found is not None
        assert found[1].startswith("python3 -m venv .venv && ")
        assert found[1].endswith(ending)


def test_every_verb_of_the_readme_is_one_of_the_program() -> None:
    verbs = set(re.findall(r"vidu-tui ([a-z]+)\b", "\n".join(blocks("sh"))))
    assert verbs == set(arguments.VERBS)


if __name__ == "__main__":
    README.write_text(with_table(text()), encoding="utf-8")
