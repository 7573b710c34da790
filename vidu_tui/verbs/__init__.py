"""Command-line verbs: they print and know no Textual."""
