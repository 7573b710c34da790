"""The locale decides whether signs beyond ASCII are drawn."""

import pytest

from vidu_tui.core.charset import is_ascii


@pytest.mark.parametrize(
    ("environ", "is_plain"),
    [
        ({}, False),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "de_DE.utf8@euro"}, False),
        ({"LC_CTYPE": "UTF-8"}, False),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),  # as Python leaves it
        ({"LANG": "C", "LC_CTYPE": "en_US.UTF-8"}, False),
        ({"LC_CTYPE": "C.UTF-8"}, False),
        ({"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, True),
        ({"LC_ALL": "", "LANG": "en_US.UTF-8"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, True),
        ({"LANG": "de_DE"}, True),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "C"}, False),
    ],
)
def test_the_weightiest_variable_that_is_set_decides(
    environ: dict[str, str], is_plain: bool
) -> None:
    assert is_ascii(environ, "utf-8") == is_plain


def test_an_output_that_takes_no_utf8_gets_none() -> None:
    assert is_ascii({"LANG": "en_US.UTF-8"}, "iso8859-1")
    assert is_ascii({}, "")
