"""The curated schema, and the labels that it names: their one owner."""

from pathlib import Path

from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

from core.errors import UserError
from core.features import LETTER
from core.labels import Labels, normalise_letter

CURATED_SCHEMA = Path(__file__).resolve().parent / "schema.pbtxt"


def read_schema(path: Path = CURATED_SCHEMA) -> schema_pb2.Schema:
    """Returns a curated schema.

    Raises:
        UserError: If it cannot be read, is not a schema, or names no feature.
    """
    try:
        schema = text_format.Parse(path.read_bytes().decode(), schema_pb2.Schema())
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not a TFDV schema: {error}") from None
    if not schema.feature:
        raise UserError(f"{path}: not a TFDV schema of the photos: it names no feature")
    return schema


def labels_of(schema: schema_pb2.Schema) -> Labels:
    """Returns the labels of a schema in their order, which is that of the class ids: the letter's string_domain.

    Raises:
        UserError: If it names fewer than two, or one of them twice.
    """
    domains = {feature.name: feature.domain for feature in schema.feature}
    values = [domain.value for domain in schema.string_domain if domain.name == domains.get(LETTER)]
    labels = tuple(normalise_letter(value) for value in (values[0] if values else ()))
    if len(labels) < 2:
        raise UserError(f"the schema names {len(labels)} labels; write two or more into the string_domain of {LETTER}")
    if twice := sorted({label for label in labels if labels.count(label) > 1}):
        raise UserError(f"the schema names a label twice: {' '.join(twice)}")
    return labels


def read_labels(path: Path = CURATED_SCHEMA) -> Labels:
    """Returns the labels of a curated schema.

    Raises:
        UserError: As `read_schema` and `labels_of`.
    """
    return labels_of(read_schema(path))
