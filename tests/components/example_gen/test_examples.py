"""From records to Examples, on Beam."""

from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
import tensorflow as tf
from apache_beam.pipeline import AppliedPTransform, PipelineVisitor
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to
from PIL import Image

from components.example_gen import examples
from components.example_gen.examples import (
    BAD,
    GOOD,
    read_photos,
    shard_of,
    shards_for,
    shuffled_groups,
    to_example,
    write_split,
)
from components.example_gen.images import Photo, decode_image, decode_images, encode_png, image_id
from components.example_gen.records import BadRecord, Record
from core import features
from pipeline.beam.engines import DIRECT_ARGS

LABELS = ("а", "ё")
PIXELS = np.random.default_rng(1).integers(0, 256, (9, 12, 3), dtype=np.uint8)
PHOTO = Photo(PIXELS, encode_png(PIXELS))


def values_of(example: tf.train.Example) -> dict[str, list]:
    return {
        key: list(getattr(feature, feature.WhichOneof("kind")).value)
        for key, feature in example.features.feature.items()
    }


def test_example_holds_every_feature_of_the_record_and_its_photo() -> None:
    example = to_example(Record(7, 1, "буква.png", (3, None, None)), PHOTO, LABELS)
    values = values_of(example)
    (image,) = values.pop(features.IMAGE)
    assert np.array_equal(decode_image(image), PIXELS)
    assert values == {
        features.LETTER: ["ё".encode()],
        features.LABEL: [1],
        features.BACKGROUND: [3],
        features.FILE: ["буква.png".encode()],
        features.WIDTH: [12],
        features.HEIGHT: [9],
        features.IMAGE_ID: [image_id(PIXELS).encode()],
    }


def test_numbers_are_int64_and_texts_bytes() -> None:
    feature = to_example(Record(2, 0, "x", (0, None, None)), PHOTO, LABELS).features.feature
    numbers = {key for key in feature if feature[key].WhichOneof("kind") == "int64_list"}
    assert numbers == {features.LABEL, features.BACKGROUND, features.WIDTH, features.HEIGHT}
    assert {feature[key].WhichOneof("kind") for key in feature if key not in numbers} == {"bytes_list"}


def test_optional_column_is_a_feature_where_the_record_says_something() -> None:
    silent, named = (to_example(Record(2, 0, "x", (0, writer, None)), PHOTO, LABELS) for writer in (None, "Ёж"))
    assert values_of(named) == {**values_of(silent), "writer": ["Ёж".encode()]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Image.fromarray(PIXELS).save(tmp_path / "good.png")
    (tmp_path / "deep").mkdir()
    Image.fromarray(PIXELS).convert("RGBA").save(tmp_path / "deep" / "good too.png")
    (tmp_path / "text.png").write_text("no image")
    (tmp_path / "empty.png").touch()
    return tmp_path


def test_each_record_comes_out_good_or_bad_and_a_bad_one_stops_no_other(folder: Path) -> None:
    files = ["good.png", "text.png", "deep/good too.png", "empty.png", "gone.png"]
    records = [Record(line, 0, file, (1, None, None)) for line, file in enumerate(files, start=2)]
    [photo] = decode_images([encode_png(PIXELS)])
    with TestPipeline(argv=list(DIRECT_ARGS)) as pipeline:
        outputs = read_photos(pipeline, records, {None: str(folder)}, LABELS)
        assert_that(
            outputs[GOOD],
            equal_to([to_example(records[place], photo, LABELS) for place in (0, 2)]),
            label="good",
        )
        assert_that(
            outputs[BAD],
            equal_to(
                [
                    BadRecord(3, "text.png", "the file is not an image"),
                    BadRecord(5, "empty.png", "the file is empty"),
                    BadRecord(6, "gone.png", "the file cannot be read: No such file or directory"),
                ]
            ),
            label="bad",
        )


def record(number: int) -> Record:
    return Record(number, 0, f"{number}.png", (0, None, None))


def test_groups_hold_every_record_once_and_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "_GROUP_SIZE", 4)
    records = [record(number) for number in range(10)]
    groups = shuffled_groups(records)
    assert [number for number, _ in groups] == [0, 1, 2]
    assert [len(group) for _, group in groups] == [4, 4, 2]
    assert sorted((r for _, group in groups for r in group), key=lambda r: r.line) == records


def test_order_mixes_the_rows_and_depends_on_the_file_names_alone() -> None:
    records = [record(number) for number in range(50)]
    ((_, group),) = shuffled_groups(records)
    assert group != records
    assert shuffled_groups(records[::-1]) == [(0, group)]


def test_no_records_are_no_groups() -> None:
    assert shuffled_groups([]) == []


def records_in(path: Path) -> list[bytes]:
    return list(tf.data.TFRecordDataset(str(path), "GZIP").as_numpy_iterator())


def test_split_is_written_as_gzipped_tfrecords_under_tfx_s_name(tmp_path: Path) -> None:
    photos = [to_example(record(number), PHOTO, LABELS) for number in range(3)]
    with TestPipeline(argv=list(DIRECT_ARGS)) as pipeline:
        write_split(pipeline | beam.Create(photos, reshuffle=False), "train", str(tmp_path), 1)
    (path,) = tmp_path.iterdir()
    assert path.name == "data_tfrecord-00000-of-00001.gz"
    assert [tf.train.Example.FromString(content) for content in records_in(path)] == photos


def test_split_without_photos_is_one_empty_file(tmp_path: Path) -> None:
    with TestPipeline(argv=list(DIRECT_ARGS)) as pipeline:
        write_split(pipeline | beam.Create([]), "eval", str(tmp_path), 1)
    (path,) = tmp_path.iterdir()
    assert records_in(path) == []


@pytest.mark.parametrize(
    ("photos", "shards"), [(0, 1), (14_190, 1), (60_000, 1), (60_001, 2), (1_320_000, 22), (10**9, 32)]
)
def test_split_of_many_photos_has_as_many_shards_as_it_can_use(photos: int, shards: int) -> None:
    assert shards_for(photos) == shards


def test_shards_hold_every_photo_once_and_equal_photos_together(tmp_path: Path) -> None:
    noise = np.random.default_rng(2).integers(0, 256, (30, 4, 4, 3), dtype=np.uint8)
    photos = [
        to_example(record(number), Photo(noise[number // 2], encode_png(noise[number // 2])), LABELS)
        for number in range(60)
    ]
    with TestPipeline(argv=list(DIRECT_ARGS)) as pipeline:
        write_split(pipeline | beam.Create(photos, reshuffle=False), "train", str(tmp_path), 3)
    paths = sorted(tmp_path.iterdir())
    assert [path.name for path in paths] == [f"data_tfrecord-0{shard}-00000-of-00001.gz" for shard in range(3)]
    contents = [[tf.train.Example.FromString(content) for content in records_in(path)] for path in paths]
    assert sorted(str(example) for content in contents for example in content) == sorted(map(str, photos))
    for shard, content in enumerate(contents):
        assert len(content) > 5 and all(shard_of(example, 3) == shard for example in content)
    ids = [{str(example.features.feature[features.IMAGE_ID]) for example in content} for content in contents]
    assert not (ids[0] & ids[1] or ids[0] & ids[2] or ids[1] & ids[2])


def test_photos_never_pass_a_shuffle(folder: Path, tmp_path: Path) -> None:
    pipeline = TestPipeline(argv=list(DIRECT_ARGS))
    write_split(read_photos(pipeline, [record(1)], {None: str(folder)}, LABELS)[GOOD], "train", str(tmp_path), 1)
    shuffled = [str(step) for step in inputs_of_shuffles(pipeline)]
    assert [step.startswith("Records") for step in shuffled].count(True) == 1
    # The other is WriteToTFRecord's, of the names of the files it has written.
    assert [step for step in shuffled if not step.startswith("Records")] == ["Write[train-0]/Write/WriteImpl/Pair"]


def inputs_of_shuffles(pipeline: TestPipeline) -> list[str]:
    found: list[str] = []

    class Visitor(PipelineVisitor):
        def visit_transform(self, applied: AppliedPTransform) -> None:
            if isinstance(applied.transform, beam.GroupByKey):
                found.extend(str(side.producer.full_label) for side in applied.inputs)

    pipeline.visit(Visitor())
    return found
