"""Errors that a person can cause and mend: each is one clear line, and no traceback is shown for it."""


def printable(text: object) -> str:
    """Returns a text as one line that any terminal can show: what people type, and file names, may hold anything."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(text))


class UserError(Exception):
    """Something that a person has to mend: a flag, a file, the data. Its message is one line."""

    def __str__(self) -> str:
        """Returns the message as any terminal can show it, whatever the names in it hold."""
        return printable(super().__str__())


class DataCheckError(UserError):
    """The data do not pass the data check."""
