"""What can be written, and the numbers that stand for it in the CSV and in what is served."""

import unicodedata

# The texts of the labels, in the order of their class ids; the schema owns them (schema/curated.py).
Labels = tuple[str, ...]

# In the CSV and in what is served, labels count from 1; inside the pipeline, class ids count from 0.
FIRST_LABEL = 1


def normalise_letter(text: str) -> str:
    """Returns `text` composed (NFC), so that й and ё are one code point each however they were typed."""
    return unicodedata.normalize("NFC", text)


def label_of(class_id: int) -> int:
    """Returns the label, from 1, that the CSV and the served model use for a zero-based class id."""
    return class_id + FIRST_LABEL
