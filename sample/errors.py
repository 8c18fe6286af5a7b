"""The one error that the sample generator raises for what a person can put right."""

from core.errors import UserError


class SampleError(UserError):
    """A mistake in what was asked for, told in one line that says what to change."""
