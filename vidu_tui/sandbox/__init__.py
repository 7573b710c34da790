"""A gateway on this machine, for the demo, the tests and script authors."""
