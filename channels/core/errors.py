"""Exceptions, named by what the program does about them."""


class Throttled(Exception):
    """The vendor asks to wait: seconds in ``wait``."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"throttled for {wait:.0f} s")
        self.wait = wait


class Unavailable(Exception):
    """The vendor is down or the line is broken: try again."""


class Refused(Exception):
    """The vendor will not answer this store, or a file cannot be taken: stop, and say why."""


class Changed(Exception):
    """The vendor answers in a shape that is not the known one: stop, and say where."""
