"""Which modules come along with which: start-up speed and the house's walls."""

import pkgutil
import subprocess
import sys

import pytest

from vidu_tui import core

_PROBE = """
import sys
{code}
print(" ".join(sorted({{m.partition(".")[0] for m in sys.modules}})))
"""


def modules_after(code: str) -> set[str]:
    """List the top-level modules in a fresh interpreter after some code."""
    probe = _PROBE.format(code=code)
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_version_imports_neither_textual_nor_httpx() -> None:
    found = modules_after("from vidu_tui.cli import run\nrun(['--version'])")
    assert not found & {"textual", "httpx", "rich", "PIL", "starlette", "uvicorn", "sqlite3"}


@pytest.mark.parametrize(
    "verb", ["add 1", "ls", "ls --json state:failed", "rm 1", "completion bash"]
)
def test_a_verb_of_the_list_imports_no_screen_no_wire_and_no_event_loop(verb: str) -> None:
    found = modules_after(f"from vidu_tui.cli import run\nrun({verb.split()!r})")
    assert not found & {"textual", "rich", "httpx", "PIL", "starlette", "uvicorn", "asyncio"}


@pytest.mark.parametrize("verb", ["status", "wait", "download"])
def test_a_verb_that_asks_imports_no_textual_and_no_pillow(verb: str) -> None:
    asked = f"{verb} 1 --base-url http://127.0.0.1:9/v1/vidu"
    code = "import os\nos.environ['VIDU_API_KEY'] = 'x'\nfrom vidu_tui.cli import run\n"
    more = " --timeout 1s" if verb == "wait" else ""
    found = modules_after(f"{code}run({(asked + more).split()!r})")
    assert "httpx" in found
    assert not found & {"textual", "PIL", "starlette", "uvicorn"}


def test_the_ids_for_a_shell_need_not_even_a_parser() -> None:
    found = modules_after("from vidu_tui.cli import run\nrun(['completion', 'ids'])")
    assert not found & {"argparse", "sqlite3", "textual", "rich", "httpx", "PIL", "asyncio"}


def test_the_engine_imports_no_textual_and_no_httpx() -> None:
    found = modules_after("import vidu_tui.engine.engine")
    assert not found & {"textual", "rich", "httpx"}


def test_the_screen_imports_no_httpx_and_no_pillow() -> None:
    found = modules_after("import vidu_tui.ui.app")
    assert "textual" in found
    assert not found & {"httpx", "httpcore", "PIL", "starlette", "uvicorn"}


def test_the_core_imports_nothing_but_itself() -> None:
    names = [module.name for module in pkgutil.iter_modules(core.__path__)]
    assert "answer" in names
    code = "\n".join(f"import vidu_tui.core.{name}" for name in names)
    assert not modules_after(code) & {"textual", "rich", "httpx", "sqlite3", "asyncio", "socket"}
