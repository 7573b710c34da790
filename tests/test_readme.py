"""What the README claims: its table of keys, its pictures, its settings, its commands.

``python -m tests.test_readme`` writes the table and the settings anew.
"""

import re
import tomllib
from pathlib import Path

from tests.storage.test_config import named as named_all
from vidu_tui import arguments
from vidu_tui.storage import config, config_keys, config_text
from vidu_tui.storage.credentials import find_key
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


def with_settings(words: str) -> str:
    """Put the settings and what they are by default between their marks."""
    default = config.default(Paths.find({"HOME": str(Path.home())}))
    said = config_text.example(default, is_active=True)
    made = f"<!-- settings -->\n```toml\n{said}```\n<!-- /settings -->"
    marked = r"<!-- settings -->.*?<!-- /settings -->"
    return re.sub(marked, lambda _: made, words, flags=re.DOTALL)


def blocks(kind: str) -> list[str]:
    """Find the code blocks of a language."""
    return re.findall(rf"```{kind}\n(.*?)```", text(), flags=re.DOTALL)


def test_the_table_of_keys_is_that_of_the_program() -> None:
    assert with_table(text()) == text(), "write it anew: python -m tests.test_readme"


def test_every_picture_of_the_readme_is_there_and_each_is_shown() -> None:
    shown = set(re.findall(r"\((screenshots/[^)]+)\)", text()))
    assert shown == {f"screenshots/{p.name}" for p in (ROOT / "screenshots").glob("*.svg")}


def test_the_settings_of_the_readme_are_the_defaults(tmp_path: Path) -> None:
    assert with_settings(text()) == text(), "write it anew: python -m tests.test_readme"
    said = blocks("toml")[0]
    told, default = loaded(tmp_path, said), loaded(tmp_path, "")
    assert told == default._replace(gateways=named_all(default.gateways))
    keys = {f"{key.section}.{key.name}" for key in config_keys.TABLES}
    tables = tomllib.loads(said)
    named = {f"{t}.{k}" for t, found in tables.items() if isinstance(found, dict) for k in found}
    assert keys <= named


def test_every_piece_of_config_in_the_readme_is_one_that_the_program_takes(tmp_path: Path) -> None:
    _, gateways, stored, hooks = blocks("toml")
    assert set(loaded(tmp_path, gateways).gateways) == {"theturbo", "vidu", "vidu_cn"}
    assert [hook.on for hook in loaded(tmp_path, hooks).hooks] == [("success",), ("failed",)]
    credentials = tmp_path / "credentials.toml"
    write(credentials, stored.replace("…", "vd-0123456789"))
    gateway = loaded(tmp_path, gateways).gateways["vidu_cn"]
    key = find_key(
        gateway,
        environ={},
        credentials_file=credentials,
        is_base_url_overridden=False,
        is_default=False,
    )
    assert key is not None


def loaded(folder: Path, text: str) -> config.Config:
    """Load a text as the config of a person whose home is the test's."""
    write(folder / "config.toml", text)
    environ = {"HOME": str(Path.home())}
    file = folder / "config.toml"
    return config.load(environ=environ, paths=Paths.find(environ), config_file=file)


def write(file: Path, text: str) -> None:
    """Write a file for its owner alone."""
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)


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
    README.write_text(with_settings(with_table(text())), encoding="utf-8")
