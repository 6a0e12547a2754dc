class NotStarted(Exception):
    """The embedded server cannot start or stop; the message says why, with the end of its log where there is one."""
