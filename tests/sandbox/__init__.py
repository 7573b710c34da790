"""Tests of the sandbox: pure ones of its script, and ones over a real socket."""
