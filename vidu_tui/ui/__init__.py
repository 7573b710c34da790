"""The screen: Textual widgets that draw a Board; no HTTP, no files."""
