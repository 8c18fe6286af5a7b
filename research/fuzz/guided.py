"""Fuzzes one target with atheris, or repeats what it found: `.venv/fuzz/bin/python -m research.fuzz.guided MODULE ...`.

`MODULE` holds a `TARGET`; what follows is for libFuzzer: flags, and folders of inputs, or an input to repeat.
"""

import importlib
import logging
import sys
import warnings
from collections.abc import Sequence
from random import Random

# What is under test, and Pillow, whose parsers decide how far an image gets.
_INSTRUMENTED = ["components", "pipeline", "PIL"]


def main(arguments: Sequence[str]) -> None:
    """Fuzzes, and never returns: libFuzzer ends the process, with a status other than 0 after a crash."""
    import atheris  # Only where it is installed: see scripts/set_up_fuzz.sh.

    warnings.filterwarnings("ignore")
    logging.disable()
    module, *rest = arguments
    with atheris.instrument_imports(include=_INSTRUMENTED, enable_loader_override=False):
        import PIL.Image

        # Imports all of its readers, which it else does with the first file that is no common one.
        PIL.Image.init()
        target = importlib.import_module(module).TARGET

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        return target.mutate(data, lambda part: atheris.Mutate(part, target.max_bytes), Random(seed))[:most]

    atheris.Setup([module, *rest], target.run, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
