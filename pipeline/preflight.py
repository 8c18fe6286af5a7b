"""What can be found wrong within seconds, before TFX is imported: the data folder, the CSV, the schema."""

from pathlib import Path

from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

from components.errors import UserError
from components.example_gen.bad_records import judge
from components.example_gen.layout import find_layout
from components.example_gen.read_csv import read_records
from components.settings import DataSettings

CURATED_SCHEMA = Path(__file__).resolve().parent.parent / "schema" / "schema.pbtxt"


def check_data(data: Path, settings: DataSettings) -> None:
    """Checks the data folder, but for the images' content.

    Raises:
        UserError: If the folder, the CSV or a row of it is wrong; `BadRecordsError` for rows.
    """
    records, bad = read_records(find_layout(data))
    judge(bad, len(records) + len(bad), settings)
    if not records:
        raise UserError(f"{data}: the CSV has no {'good ' if bad else ''}rows; add one for each image")


def read_schema(path: Path = CURATED_SCHEMA) -> bytes:
    """Returns the content of the curated schema.

    Raises:
        UserError: If it cannot be read, is not a schema, or names no feature.
    """
    try:
        content = path.read_bytes()
        schema = text_format.Parse(content.decode(), schema_pb2.Schema())
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not a TFDV schema: {error}") from None
    if not schema.feature:
        raise UserError(f"{path}: not a TFDV schema of the photos: it names no feature")
    return content
