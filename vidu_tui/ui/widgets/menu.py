"""A list of lines of which one is chosen, by keys or by a click."""

from textual import events
from textual.message import Message

from vidu_tui.ui.widgets.lines import SpanList


class Menu(SpanList):
    """Lines to choose from; the dialog takes Enter."""

    class Clicked(Message):
        """A line was clicked; the cursor stands on it."""

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked line."""
        offset = event.get_content_offset(self)
        row = offset.y + self.scroll_offset.y if offset is not None else -1
        if 0 <= row < len(self.lines):
            self.cursor = row
            self.post_message(self.Clicked())
