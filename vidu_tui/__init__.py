"""vidu-tui: watch Vidu video tasks in the terminal and keep every finished video."""

__version__ = "0.1.0"
