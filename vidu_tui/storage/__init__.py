"""The disk: the only room that opens files of ours."""
