"""Where the program that prints a key is taken from."""

from pathlib import Path

import pytest

from tests.storage.test_credentials import file, find, posix_only, refusal, with_command
from vidu_tui.storage.credentials import Key

__all__ = ["file"]


@posix_only
def test_a_command_with_a_slash_lies_beside_the_config_wherever_one_is(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for folder, said in ((elsewhere, "another"), (file.parent, "own")):
        (folder / "key.sh").write_text(f"#!/bin/sh\necho {said}\n", encoding="utf-8")
        (folder / "key.sh").chmod(0o700)
    monkeypatch.chdir(elsewhere)
    assert find(with_command("./key.sh"), file) == Key("own", "key_cmd of gateway cn")
    (file.parent / "key.sh").unlink()
    assert "was not found" in refusal(with_command("./key.sh"), file)
    assert "was not found" in refusal(with_command("no-such-program"), file)
