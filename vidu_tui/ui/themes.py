"""Our own four themes, from look.md section 7. Every other colour is made of these in tui.tcss."""

from textual.theme import Theme

DEFAULT = "vidu-night"


def _theme(
    name: str,
    grounds: str,
    colours: str,
    texts: str,
    *,
    dark: bool,
) -> Theme:
    background, surface, panel, foreground = grounds.split()
    primary, secondary, accent, success, warning, error = colours.split()
    names = ("primary", "secondary", "accent", "success", "warning", "error")
    text = {f"text-{n}": c for n, c in zip(names, texts.split(), strict=True)}
    return Theme(
        name=name,
        primary=primary,
        secondary=secondary,
        accent=accent,
        success=success,
        warning=warning,
        error=error,
        background=background,
        surface=surface,
        panel=panel,
        foreground=foreground,
        dark=dark,
        variables={
            **text,
            "scrollbar": panel,
            "scrollbar-background": background,
            "scrollbar-corner-color": background,
            "border": primary,
        },
    )


THEMES = (
    _theme(
        "vidu-night",
        "#12141A #171A21 #1F232D #DDE1EA",
        "#6CA8FF #B79BFF #FFB86B #4FD6B4 #F2C94C #FF6161",
        "#7DB4FF #C3ADFF #FFC483 #66E3C4 #F4D06A #FF6E6E",
        dark=True,
    ),
    _theme(
        "vidu-paper",
        "#FBFAF7 #F4F2ED #EAE7E0 #1E222B",
        "#1F5FCC #6B3FC4 #A84B00 #00736A #7A5C00 #B3003C",
        "#1F5FCC #6B3FC4 #A84B00 #00736A #7A5C00 #B3003C",
        dark=False,
    ),
    _theme(
        "vidu-safe",
        "#121417 #181B20 #21252C #E4E6EB",
        "#56B4E9 #CC79A7 #F0E442 #8FD3FF #F0E442 #FF8A4C",
        "#B0A6FF #F0A8D0 #F0E442 #8FD3FF #F0E442 #FF9A5E",
        dark=True,
    ),
    _theme(
        "vidu-contrast",
        "#000000 #000000 #1A1A1A #FFFFFF",
        "#7CC4FF #E0B3FF #FFD000 #57FF9A #FFE100 #FF8080",
        "#8CCBFF #E0B3FF #FFD000 #6BFFA6 #FFE100 #FF9090",
        dark=True,
    ),
)


def choose(wanted: str, known: frozenset[str], colorfgbg: str) -> str:
    """Turn the configured theme into a known one; ``auto`` goes by the terminal's background."""
    if wanted == "auto":
        background = colorfgbg.rpartition(";")[2]
        return "vidu-paper" if background in ("7", "15") else DEFAULT
    return wanted if wanted in known else DEFAULT
