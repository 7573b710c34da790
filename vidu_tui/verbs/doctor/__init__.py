"""doctor: whether all that vidu-tui needs is in order, and what to do where it is not."""
