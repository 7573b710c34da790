"""The completion script for zsh: to be sourced, or put into a folder of $fpath as _vidu-tui."""

from collections.abc import Iterable

from vidu_tui.verbs.completion.outline import Option, Outline, Verb
from vidu_tui.verbs.completion.quoting import single

_SCRIPT = """\
#compdef vidu-tui
# Completion of vidu-tui for zsh. In ~/.zshrc after compinit: source <(vidu-tui completion zsh)
_vidu_tui_ids() {{
    local line
    local -a found
    for line in "${{(@f)$(command vidu-tui completion ids 2>/dev/null)}}"; do
        [[ -n $line ]] || continue
        found+=("${{${{line%%$'\\t'*}}//:/\\\\:}}:${{line#*$'\\t'}}")
    done
    _describe -V -t ids 'task' found
}}
_vidu_tui_verbs() {{
    local -a found=(
{verbs}
    )
    _describe -t verbs 'verb' found
}}
_vidu_tui() {{
    local curcontext=$curcontext state verb="" skip="" word
    for word in "${{(@)words[2,CURRENT-1]}}"; do
        if [[ -n $skip ]]; then skip=""; continue; fi
        case $word in
            {with_value}) skip=1 ;;
            -*) ;;
            *) verb=$word; break ;;
        esac
    done
    case $verb in
{cases}
        *) _arguments -s \\
{top}
            '*:verb:_vidu_tui_verbs' ;;
    esac
}}
if [[ ${{funcstack[1]}} == _vidu-tui ]]; then
    _vidu_tui "$@"
else
    compdef _vidu_tui vidu-tui
fi
"""


def write(outline: Outline) -> str:
    """Write the script."""
    every = [option for verb in outline.verbs for option in verb.options] + [*outline.options]
    with_value = dict.fromkeys(name for o in every if o.takes for name in o.names)
    return _SCRIPT.format(
        verbs="\n".join(f"        {single(f'{v.name}:{v.help}')}" for v in outline.verbs),
        with_value="|".join(with_value),
        cases="\n".join(_case(verb) for verb in outline.verbs),
        top=_options(outline.options),
    )


def _case(verb: Verb) -> str:
    rest = f"'*:word:({' '.join(verb.words)})'"
    if verb.has_ids:
        rest = "'*:task:_vidu_tui_ids'"
    elif not verb.words:
        rest = "'*: :'"
    return f"        {verb.name}) _arguments -s \\\n{_options(verb.options)}\n            {rest} ;;"


def _options(options: Iterable[Option]) -> str:
    return "\n".join(f"            {spec} \\" for o in options for spec in _specs(o))


def _specs(option: Option) -> list[str]:
    shown = option.help.replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")
    value = {"": "", "FILE": ":file:_files", "DIR": ":folder:_files -/"}.get(
        option.takes, f":{option.takes.lower()}: "
    )
    others = f"({' '.join(option.names)})" if len(option.names) > 1 else ""
    return [single(f"{others}{name}[{shown}]{value}") for name in option.names]
