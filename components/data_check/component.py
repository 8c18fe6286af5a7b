"""The data check, what it shows people, and its gate, which is apart since a component that fails loses its outputs."""

import json
from pathlib import Path

from PIL import Image
from tfx.dsl.component.experimental.annotations import InputArtifact, OutputArtifact, Parameter
from tfx.dsl.component.experimental.decorators import component
from tfx.types import artifact
from tfx.types.standard_artifacts import ExampleAnomalies, Examples, ExampleStatistics, Schema

from components.data_check.overview import contact_sheet, duplicates
from components.data_check.statistics import read_anomalies, read_counts
from components.data_check.verdict import CONTACT_SHEET_FILE, DUPLICATES_FILE, VERDICT_FILE, judge
from components.stored_photos import read_photos, split_patterns
from core import columns
from core.errors import DataCheckError
from core.features import LETTER, SPLITS
from core.labels import Labels
from schema.curated import read_labels


class DataVerdict(artifact.Artifact):
    """A folder with the verdict on a data set (`VERDICT_FILE`)."""

    TYPE_NAME = "letters.DataVerdict"


class DataPictures(artifact.Artifact):
    """A folder with `CONTACT_SHEET_FILE` and `DUPLICATES_FILE`."""

    TYPE_NAME = "letters.DataPictures"


@component
def DataCheck(  # noqa: N802, PLR0917 (components are named as classes, and get all by name)
    statistics: InputArtifact[ExampleStatistics],
    anomalies: InputArtifact[ExampleAnomalies],
    schema: InputArtifact[Schema],
    verdict: OutputArtifact[DataVerdict],
    max_class_ratio: Parameter[float],
    code_digest: Parameter[str],
) -> None:
    """Writes the verdict on the data, good or bad, and always succeeds.

    Args:
        statistics: StatisticsGen's output.
        anomalies: ExampleValidator's output.
        schema: The curated one, for its labels.
        verdict: Where the verdict is written.
        max_class_ratio: See `judge`.
        code_digest: Digest of the code; a part of the cache key.
    """
    del code_digest
    result = judge(
        read_counts(statistics, LETTER),
        {column.name: read_counts(statistics, column.name, column.shown) for column in columns.slice_columns()},
        read_anomalies(anomalies),
        labels_in(schema),
        max_class_ratio,
    )
    folder = Path(verdict.uri)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / VERDICT_FILE).write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")


@component
def DataOverview(  # noqa: N802
    examples: InputArtifact[Examples],
    schema: InputArtifact[Schema],
    overview: OutputArtifact[DataPictures],
    code_digest: Parameter[str],
) -> None:
    """Writes what a person wants to see of the data, good or bad.

    Args:
        examples: ExampleGen's output.
        schema: The curated one, for its labels.
        overview: Where it is written.
        code_digest: Digest of the code; a part of the cache key.
    """
    del code_digest
    photos, labels = read_photos(split_patterns(examples, SPLITS)), labels_in(schema)
    folder = Path(overview.uri)
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(contact_sheet(photos, labels)).save(folder / CONTACT_SHEET_FILE)
    (folder / DUPLICATES_FILE).write_text(json.dumps(duplicates(photos, labels), ensure_ascii=False), encoding="utf-8")


@component
def DataGate(verdict: InputArtifact[DataVerdict], code_digest: Parameter[str]) -> None:  # noqa: N802
    """Fails the run on a bad verdict.

    Args:
        verdict: DataCheck's output.
        code_digest: Digest of the code; a part of the cache key.

    Raises:
        DataCheckError: If the verdict is bad.
    """
    del code_digest
    result = json.loads((Path(verdict.uri) / VERDICT_FILE).read_text(encoding="utf-8"))
    if not result["passed"]:
        raise DataCheckError("the data check failed: " + "; ".join(result["problems"]))


def labels_in(schema: artifact.Artifact) -> Labels:
    """Returns the labels that a schema artifact names."""
    return read_labels(Path(schema.uri) / "schema.pbtxt")
