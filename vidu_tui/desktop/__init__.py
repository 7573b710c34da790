"""What the person's system does for us: programs that open files or keep a clipboard."""
