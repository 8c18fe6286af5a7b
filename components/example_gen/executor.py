"""ExampleGen's executor: reads the data folder, writes TFRecords by split, and judges the bad records."""

import json
import os
from pathlib import Path
from typing import Any

import apache_beam as beam
from tfx import types
from tfx.components.example_gen import base_example_gen_executor, utils
from tfx.types import artifact_utils, standard_component_specs

from components.example_gen.bad_records import BAD_RECORDS_FILE, judge, write_bad_records
from components.example_gen.driver import config_of, content_fingerprint
from components.example_gen.examples import BAD, GOOD, ImageFolders, read_photos, shards_for, write_split
from components.example_gen.layout import DataLayout, find_layouts
from components.example_gen.records import BadRecord, Record, read_folders
from components.example_gen.splits import assign_writers, split_of
from core.errors import UserError
from core.features import SPLITS
from core.files import folders_of, remove_folder
from core.labels import Labels

# Custom properties of the Examples artifact, for whoever reports on a run.
DROPPED_PROPERTY = "dropped_records"

_IMAGE_ERRORS_PREFIX = "image_errors"
# As Beam's sinks name the folders of what is not finished.
_UNFINISHED = "beam-temp-*"


class Executor(base_example_gen_executor.BaseExampleGenExecutor):
    """Turns the CSVs and the images into tf.train.Examples, and stops on bad records."""

    def GetInputSourceToExamplePTransform(self) -> beam.PTransform:  # noqa: N802 (TFX's name)
        """See the base class; TFX calls what this returns with its properties and a pattern of files."""
        # For the base class's `GenerateExamplesByBeam` alone.
        return lambda exec_properties, split_pattern: self._photos

    def GenerateExamplesByBeam(  # noqa: N802 (TFX's name)
        self, pipeline: beam.Pipeline, exec_properties: dict[str, Any]
    ) -> dict[str, beam.pvalue.PCollection]:
        """Writes the splits; returns none.

        The base class's own way splits by one feature alone. What is returned here TFX's `WriteSplit` would write,
        which first gathers all photos of a split to shuffle them. Here the names are shuffled, and each photo goes from
        its file into its split's.
        """
        photos = pipeline | "InputToRecord" >> self._photos
        splits = photos | "SplitData" >> beam.Partition(split_of, len(SPLITS), self._shares, self._writers)
        for name, split in zip(SPLITS, splits, strict=True):
            write_split(split, name, artifact_utils.get_split_uri([self._artifact], name), self._shards)
        return {}

    def Do(  # noqa: N802 (TFX's name)
        self,
        input_dict: dict[str, list[types.Artifact]],
        output_dict: dict[str, list[types.Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Writes the splits; see the base class.

        Raises:
            UserError: If the CSV cannot be read, or the data change meanwhile.
            BadRecordsError: If there are bad records that the settings do not let be dropped.
        """
        artifact = artifact_utils.get_single_instance(output_dict[standard_component_specs.EXAMPLES_KEY])
        config = config_of(exec_properties)
        layouts = find_layouts(folders_of(exec_properties[standard_component_specs.INPUT_BASE_KEY]))
        records, bad = read_folders(layouts, config.labels)
        total = len(records) + len(bad)
        judge(bad, total, config.data)
        self._artifact = artifact
        self._shards = shards_for(len(records))
        self._shares = config.data.shares
        self._writers = assign_writers(records, self._shares) if config.data.split_by == "writer" else {}
        folders = {layout.source: str(layout.images) for layout in layouts}
        self._photos = _photos_to_examples(records, folders, config.labels, artifact.uri)
        super().Do(input_dict, output_dict, exec_properties)
        _remove_leftovers(Path(artifact.uri))
        bad = sorted(bad + _image_errors(Path(artifact.uri)), key=lambda record: (record.source, record.line))
        judge(bad, total, config.data)
        _check_unchanged(layouts, records, exec_properties)
        if bad:
            write_bad_records(Path(artifact.uri) / BAD_RECORDS_FILE, bad)
        artifact.set_int_custom_property(DROPPED_PROPERTY, len(bad))


@beam.ptransform_fn
def _photos_to_examples(
    pipeline: beam.Pipeline, records: list[Record], folders: ImageFolders, labels: Labels, output_uri: str
) -> beam.pvalue.PCollection:
    photos = read_photos(pipeline, records, folders, labels)
    (
        photos[BAD]
        | "BadRecordToJson" >> beam.Map(lambda record: json.dumps(vars(record)))
        | "WriteImageErrors" >> beam.io.WriteToText(os.path.join(output_uri, _IMAGE_ERRORS_PREFIX))
    )
    return photos[GOOD]


def _check_unchanged(layouts: list[DataLayout], records: list[Record], exec_properties: dict[str, Any]) -> None:
    """Checks that what was read is what the driver fingerprinted, since TFX keeps the splits under that fingerprint."""
    expected = exec_properties.get(utils.FINGERPRINT_PROPERTY_NAME)
    if expected and content_fingerprint(layouts, records) != expected:
        where = ", ".join(str(layout.csv.parent) for layout in layouts)
        raise UserError(f"{where}: the data changed while they were read; run again when they are complete")


def _remove_leftovers(folder: Path) -> None:
    # Beam removes its own; those of an attempt that an engine gave up, and began anew, stay among the splits' files.
    for leftover in [*folder.rglob(_UNFINISHED)]:
        remove_folder(leftover)


def _image_errors(folder: Path) -> list[BadRecord]:
    errors = []
    for shard in sorted(folder.glob(f"{_IMAGE_ERRORS_PREFIX}-*")):
        lines = shard.read_text(encoding="utf-8").splitlines()
        errors += [BadRecord(**json.loads(line)) for line in lines]
        shard.unlink()
    return errors
