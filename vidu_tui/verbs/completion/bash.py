"""The completion script for bash, 3.2 too; it needs no bash-completion beside it."""

from collections.abc import Iterable

from vidu_tui.verbs.completion.outline import Option, Outline, Verb
from vidu_tui.verbs.completion.quoting import single

_SCRIPT = """\
# Completion of vidu-tui for bash. In ~/.bashrc: source <(vidu-tui completion bash)
_vidu_tui_ids() {{
    local id label
    while IFS=$'\\t' read -r id label; do
        [[ $id == "$word"* ]] || continue
        ids+=("$id")
        labels+=("$label")
    done < <(command vidu-tui completion ids 2>/dev/null)
}}
_vidu_tui_paths() {{
    local IFS=$'\\n'
    COMPREPLY=($(compgen "$1" -- "$word"))
    compopt -o filenames 2>/dev/null
}}
_vidu_tui() {{
    # A colon parts words for bash, and ids may hold one: the word is read from the line itself.
    local line=${{COMP_LINE:0:COMP_POINT}} word before verb="" skip="" token i
    word=${{line##*[[:space:]]}}
    local -a tokens ids=() labels=()
    read -r -a tokens <<< "${{line%"$word"}}"
    before=${{tokens[${{#tokens[@]}}-1]}}
    for token in "${{tokens[@]:1}}"; do
        if [[ $skip ]]; then skip=""; continue; fi
        case $token in
            {with_value}) skip=1 ;;
            -*) ;;
            *) verb=$token; break ;;
        esac
    done
    COMPREPLY=()
    case $before in
        {files}) _vidu_tui_paths -f; return ;;
        {folders}) _vidu_tui_paths -d; return ;;
        {with_value}) return ;;
    esac
    if [[ $word == -* ]]; then
        case $verb in
{options}
        esac
        return
    fi
    case $verb in
        "") COMPREPLY=($(compgen -W {verbs} -- "$word")) ;;
        {has_ids})
            _vidu_tui_ids
            # The labels are shown where bash lists what there is, never put into the line.
            for ((i = 0; i < ${{#ids[@]}}; i++)); do
                if [[ ${{#ids[@]}} -gt 1 && -n ${{labels[i]}} && $COMP_TYPE == 63 ]]; then
                    COMPREPLY+=("${{ids[i]}}  (${{labels[i]}})")
                else
                    COMPREPLY+=("${{ids[i]}}")
                fi
            done
            if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
                for ((i = 0; i < ${{#COMPREPLY[@]}}; i++)); do
                    COMPREPLY[i]=${{COMPREPLY[i]#"${{word%"${{word##*:}}"}}"}}
                done
            fi
            ;;
{words}    esac
}}
complete -F _vidu_tui vidu-tui
"""


def write(outline: Outline) -> str:
    """Write the script."""
    every = [option for verb in outline.verbs for option in verb.options] + [*outline.options]
    lines = [
        f'            {verb.name}) COMPREPLY=($(compgen -W {_names(verb.options)} -- "$word")) ;;'
        for verb in outline.verbs
    ]
    lines.append(
        f'            "") COMPREPLY=($(compgen -W {_names(outline.options)} -- "$word")) ;;'
    )
    words = "".join(
        f"        {verb.name}) COMPREPLY=($(compgen -W {single(' '.join(verb.words))}"
        ' -- "$word")) ;;\n'
        for verb in outline.verbs
        if verb.words
    )
    return _SCRIPT.format(
        with_value=_either(name for o in every if o.takes for name in o.names),
        files=_either(name for o in every if o.takes == "FILE" for name in o.names),
        folders=_either(name for o in every if o.takes == "DIR" for name in o.names),
        options="\n".join(lines),
        verbs=single(" ".join(verb.name for verb in outline.verbs)),
        has_ids=_either(_named(outline.verbs)),
        words=words,
    )


def _named(verbs: Iterable[Verb]) -> list[str]:
    return [verb.name for verb in verbs if verb.has_ids]


def _names(options: Iterable[Option]) -> str:
    return single(" ".join(name for option in options for name in option.names))


def _either(names: Iterable[str]) -> str:
    return "|".join(dict.fromkeys(names))
