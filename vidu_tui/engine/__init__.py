"""What goes on over time: polling and downloads; no screen."""
