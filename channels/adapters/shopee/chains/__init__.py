"""How the answers of a window follow each other, one file by subject. Each function is a generator that can resume."""
