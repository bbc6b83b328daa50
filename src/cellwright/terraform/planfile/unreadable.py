"""The one way in which the reader of plan files gives up."""


class UnreadablePlanError(Exception):
    """The plan holds something that is not known exactly here: it has to be shown by the binary.

    Its text says what, in words for a log: it never quotes a value.
    """
