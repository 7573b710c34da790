"""Our own words inside a shell's script. Foreign text never gets there: the script reads it."""


def single(words: str) -> str:
    """Quote words for bash and zsh."""
    return "'" + words.replace("'", "'\\''") + "'"


def fish(words: str) -> str:
    """Quote words for fish, where a backslash counts inside the quotes too."""
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'"
