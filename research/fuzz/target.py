"""What is fuzzed: a function that takes any bytes, and raises where the product does not keep its promise."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from research.fuzz.mutations import Mutate, Mutation


@dataclass(frozen=True)
class Target:
    """A reader of the product's, with what its promises are checked by.

    Attributes:
        name: As people type it.
        check: Reads bytes as the product does, from a file in a folder that is empty before. Raises nothing for what
            the product refuses as it promises to, and for what it takes in good order; else whatever it is.
        seeds: Returns inputs to start from.
        mutation: Makes an input of another.
        words: What its inputs are made of.
        max_bytes: Longest input.
    """

    name: str
    check: Callable[[Path, bytes], None]
    seeds: Callable[[], Sequence[bytes]]
    mutation: Mutation
    words: Sequence[bytes]
    max_bytes: int

    def run(self, data: bytes) -> None:
        """Checks one input."""
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            self.check(Path(folder), data)

    def mutate(self, data: bytes, mutate: Mutate, random: Random) -> bytes:
        """Returns an input made of another, of at most `max_bytes`."""
        return self.mutation(data, mutate, random)[: self.max_bytes]
