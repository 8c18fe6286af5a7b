"""Errors that a person can cause and mend: each is one clear line, and no traceback is shown for it."""


class UserError(Exception):
    """Something that a person has to mend: a flag, a file, the data. Its message is one line."""


class DataCheckError(UserError):
    """The data do not pass the data check."""
