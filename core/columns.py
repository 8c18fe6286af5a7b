"""The columns of the CSV, and what else is known of a photo.

Records, Examples, the data check, the Evaluator's slices and the report follow from them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from core.features import BACKGROUND, BACKGROUNDS, FILE, LABEL, LETTER, SOURCE, WRITER


@dataclass(frozen=True)
class Column:
    """What a row says of its photo, beside the letter: a text, or a whole number where each stands for something.

    Attributes:
        name: In the CSV's header; the raw feature has the same key.
        title: What people are shown, in the singular.
        names: What the whole numbers from 0 stand for; none for a column of free text.
        optional: Whether a CSV may lack it and a row leave it empty.
        in_csv: Whether a CSV says it; else it follows from where the CSV lies.
        is_slice: Whether photos are counted, and the model judged, by its values.
    """

    name: str
    title: str
    names: tuple[str, ...] = ()
    optional: bool = False
    in_csv: bool = True
    is_slice: bool = False

    def shown(self, value: int | str) -> str:
        """Returns a value of the feature, or its number as a text, as TFDV and TFMA have it, as people are shown it."""
        return self.names[int(value)] if self.names else str(value)

    def in_order(self, shown: Iterable[str]) -> list[str]:
        """Returns shown values, each once: in the order of their numbers, texts by the alphabet."""
        return sorted(set(shown), key=self.names.index if self.names else None)


# What makes a row a record (components/example_gen/records.py): letter and label, which must agree, and the file.
IDENTITY = (LETTER, LABEL, FILE)

# What else is known of a photo; what no CSV says comes last. What is added here must stand in schema/schema.pbtxt too.
COLUMNS = (
    Column(BACKGROUND, "paper", BACKGROUNDS, is_slice=True),
    Column(WRITER, "writer", optional=True, is_slice=True),
    Column(SOURCE, "data folder", optional=True, in_csv=False, is_slice=True),
)


def csv_columns() -> tuple[str, ...]:
    """Returns the names of all columns that are read of a CSV, in the order of its header."""
    return (*IDENTITY, *(column.name for column in COLUMNS if column.in_csv))


def required_columns() -> tuple[str, ...]:
    """Returns the names of the columns that every CSV has, in the order of its header."""
    return (*IDENTITY, *(column.name for column in COLUMNS if not column.optional))


def column_named(name: str) -> Column:
    """Returns the column of that name, of `COLUMNS`."""
    return next(column for column in COLUMNS if column.name == name)


def slice_columns() -> tuple[Column, ...]:
    """Returns the columns by whose values photos are counted and the model is judged."""
    return tuple(column for column in COLUMNS if column.is_slice)
