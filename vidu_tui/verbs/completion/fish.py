"""The completion script for fish."""

from collections.abc import Iterable

from vidu_tui.verbs.completion import quoting
from vidu_tui.verbs.completion.outline import Option, Outline

_SCRIPT = """\
# Completion of vidu-tui for fish. In ~/.config/fish/config.fish: vidu-tui completion fish | source
function __vidu_tui_verb
    set -l skip ""
    for word in (commandline -opc)[2..-1]
        if test -n "$skip"
            set skip ""
            continue
        end
        switch $word
            case {with_value}
                set skip 1
            case '-*'
            case '*'
                echo $word
                return
        end
    end
end
function __vidu_tui_is
    test (count $argv) -gt 0; and contains -- (__vidu_tui_verb; or true) $argv
end
function __vidu_tui_has_no_verb
    test -z (__vidu_tui_verb | string collect)
end
function __vidu_tui_ids
    command vidu-tui completion ids 2>/dev/null
end
complete -c vidu-tui -f
{lines}
"""


def write(outline: Outline) -> str:
    """Write the script."""
    every = [option for verb in outline.verbs for option in verb.options] + [*outline.options]
    lines = [_line("__vidu_tui_has_no_verb", f"-a {v.name}", v.help) for v in outline.verbs]
    lines += _options("__vidu_tui_has_no_verb", outline.options)
    for verb in outline.verbs:
        here = f"__vidu_tui_is {verb.name}"
        lines += _options(here, verb.options)
        if verb.has_ids:
            lines.append(f"complete -c vidu-tui -n {quoting.fish(here)} -k -a '(__vidu_tui_ids)'")
        if verb.words:
            lines.append(_line(here, f"-a {quoting.fish(' '.join(verb.words))}", ""))
    with_value = dict.fromkeys(name for o in every if o.takes for name in o.names)
    return _SCRIPT.format(with_value=" ".join(with_value), lines="\n".join(lines))


def _options(here: str, options: Iterable[Option]) -> list[str]:
    return [_line(here, _names(option), option.help) for option in options]


def _names(option: Option) -> str:
    said = [
        f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names
    ]
    if option.takes == "FILE":
        said.append("-r -F")
    elif option.takes == "DIR":
        said.append("-x -a '(__fish_complete_directories)'")
    elif option.takes:
        said.append("-x")
    return " ".join(said)


def _line(here: str, what: str, described: str) -> str:
    shown = f" -d {quoting.fish(described)}" if described else ""
    return f"complete -c vidu-tui -n {quoting.fish(here)} {what}{shown}"
