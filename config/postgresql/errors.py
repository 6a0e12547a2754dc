from django.core.management import CommandError


class NotStarted(CommandError):
    """The embedded server cannot start or stop; the message says why, with the end of its log where there is one.

    A management command prints the message without a traceback.
    """
