"""ExampleGen's executor on real files: splits by the photo's pixels, and what becomes of bad records."""

import bisect
import csv
import hashlib
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import tensorflow as tf
from tfx.types import artifact_utils

from components.example_gen.bad_records import BAD_RECORDS_FILE, BadRecordsError
from components.example_gen.executor import DROPPED_PROPERTY
from components.settings import DataSettings
from components.stored_photos import read_photos, split_patterns
from core.errors import UserError
from core.features import CSV_FILE_NAME, FILE, IMAGE_FOLDER, IMAGE_ID, LETTER, SOURCE, SPLITS, WRITER
from schema.curated import read_labels


def splits_of(output: Path) -> dict[str, list[tf.train.Example]]:
    return {
        split: [
            tf.train.Example.FromString(record.numpy())
            for path in sorted((output / f"Split-{split}").iterdir())
            for record in tf.data.TFRecordDataset(str(path), "GZIP")
        ]
        for split in SPLITS
    }


def text_of(example: tf.train.Example, key: str) -> str:
    return example.features.feature[key].bytes_list.value[0].decode()


def split_of_files(output: Path) -> dict[str, str]:
    return {text_of(example, FILE): split for split, examples in splits_of(output).items() for example in examples}


def add_row(data: Path, row: str) -> None:
    with (data / CSV_FILE_NAME).open("ab") as file:
        file.write(f"\r\n{row}".encode())


@pytest.fixture(scope="module")
def output(letters_folder: Path, tmp_path_factory: pytest.TempPathFactory, generate: Callable) -> Path:
    folder = tmp_path_factory.mktemp("examples") / "out"
    assert generate(letters_folder, folder).get_int_custom_property(DROPPED_PROPERTY) == 0
    return folder


def test_every_photo_is_in_exactly_one_split(output: Path) -> None:
    examples = [example for split in splits_of(output).values() for example in split]
    assert len(examples) == 4 * 33
    assert len({text_of(example, FILE) for example in examples}) == 4 * 33
    letters = [text_of(example, LETTER) for example in examples]
    assert all(letters.count(letter) == 4 for letter in read_labels())


def test_train_is_by_far_the_largest_split(output: Path) -> None:
    sizes = {split: len(examples) for split, examples in splits_of(output).items()}
    assert sizes["train"] > 0.7 * 132
    assert min(sizes.values()) > 0


def test_nothing_but_the_splits_is_left_when_all_is_good(output: Path) -> None:
    assert sorted(path.name for path in output.iterdir()) == sorted(f"Split-{split}" for split in SPLITS)


def test_what_an_engine_left_of_a_first_attempt_is_removed_and_was_read_by_nobody(
    letters_folder: Path, tmp_path: Path, generate: Callable
) -> None:
    folder = tmp_path / "out"
    left = folder / "Split-train" / "beam-temp-data_tfrecord-1f2e"

    def leave() -> None:
        left.mkdir(parents=True)
        (left / "a.data_tfrecord.gz").write_bytes(b"half of a record")

    leave()
    examples = generate(letters_folder, folder)
    assert sorted(path.name for path in folder.iterdir()) == [f"Split-{split}" for split in sorted(SPLITS)]
    assert not left.exists()
    before = read_photos(split_patterns(examples, SPLITS)).files
    leave()
    assert list(read_photos(split_patterns(examples, SPLITS)).files) == list(before)


def test_split_is_tfx_s_own_partition_of_the_image_id(output: Path) -> None:
    shares = DataSettings()
    borders = [shares.train_share, shares.train_share + shares.eval_share]
    for split, examples in splits_of(output).items():
        for example in examples:
            # TFX hashes the feature as a message; what it does here must never change, or photos change splits.
            message = example.features.feature[IMAGE_ID].SerializeToString()
            bucket = int(hashlib.sha256(message).hexdigest(), 16) % (borders[1] + shares.test_share)
            assert split == SPLITS[bisect.bisect(borders, bucket)]


def test_each_split_is_one_file_with_the_letters_mixed(output: Path) -> None:
    for split, examples in splits_of(output).items():
        (path,) = (output / f"Split-{split}").iterdir()
        assert path.name == "data_tfrecord-00000-of-00001.gz"
        letters = [text_of(example, LETTER) for example in examples]
        assert letters != sorted(letters)


def test_same_data_give_the_same_bytes(output: Path, letters_folder: Path, tmp_path: Path, generate: Callable) -> None:
    generate(letters_folder, tmp_path / "again")
    for path in output.rglob("*.gz"):
        assert (tmp_path / "again" / path.relative_to(output)).read_bytes() == path.read_bytes()


def test_artifact_names_its_splits(letters_folder: Path, tmp_path: Path, generate: Callable) -> None:
    artifact = generate(letters_folder, tmp_path / "out")
    assert artifact_utils.decode_split_names(artifact.split_names) == list(SPLITS)


def test_new_rows_move_no_old_photo_and_equal_photos_share_a_split(
    output: Path, copied: Path, tmp_path: Path, generate: Callable
) -> None:
    before = split_of_files(output)
    for split in SPLITS:
        original = next(file for file, place in before.items() if place == split)
        shutil.copy(copied / IMAGE_FOLDER / original, copied / IMAGE_FOLDER / f"copy {split}.png")
        add_row(copied, f"я,33,copy {split}.png,0")
    generate(copied, tmp_path / "out")
    after = split_of_files(tmp_path / "out")
    assert after == {**before, **{f"copy {split}.png": split for split in SPLITS}}
    ids = [{text_of(e, IMAGE_ID) for e in examples} for examples in splits_of(tmp_path / "out").values()]
    assert sum(map(len, ids)) == len(set.union(*ids)) == 132


def test_photos_of_several_folders_name_theirs_and_so_do_bad_ones(
    letters_folder: Path, copied: Path, tmp_path: Path, generate: Callable
) -> None:
    (copied / IMAGE_FOLDER / "01_02.png").write_bytes(b"")
    generate([letters_folder, copied], tmp_path / "out", on_bad_record="skip")
    examples = [example for split in splits_of(tmp_path / "out").values() for example in split]
    assert Counter(text_of(example, SOURCE) for example in examples) == {"data": 132, "letters": 131}
    assert (tmp_path / "out" / BAD_RECORDS_FILE).read_text(encoding="utf-8").endswith(",letters\n")
    (copied / IMAGE_FOLDER / "01_03.png").unlink()
    with pytest.raises(
        BadRecordsError, match=f"^letters/{CSV_FILE_NAME}, line 4: 01_03.png: the file does not exist\n"
    ):
        generate([letters_folder, copied], tmp_path / "again")


def test_split_by_writer_keeps_each_writer_whole(copied: Path, tmp_path: Path, generate: Callable) -> None:
    header, *rows = (copied / CSV_FILE_NAME).read_text(encoding="utf-8").split()
    named = [f"{header},writer", *(f"{row},{row.split(',')[2][3:5]}" for row in rows)]
    (copied / CSV_FILE_NAME).write_text("\n".join(named), encoding="utf-8")
    generate(copied, tmp_path / "out", split_by="writer")
    writers = {split: {text_of(e, WRITER) for e in examples} for split, examples in splits_of(tmp_path / "out").items()}
    assert writers == {"train": {"01", "04"}, "eval": {"03"}, "test": {"02"}}


def test_skipped_image_is_dropped_counted_and_listed(copied: Path, tmp_path: Path, generate: Callable) -> None:
    (copied / IMAGE_FOLDER / "01_02.png").write_bytes(b"")
    artifact = generate(copied, tmp_path / "out", on_bad_record="skip")
    assert artifact.get_int_custom_property(DROPPED_PROPERTY) == 1
    files = split_of_files(tmp_path / "out")
    assert len(files) == 131
    assert "01_02.png" not in files
    with (tmp_path / "out" / BAD_RECORDS_FILE).open(encoding="utf-8") as lines:
        assert list(csv.reader(lines)) == [
            ["line", "file", "reason"],
            ["3", "01_02.png", "the file is empty"],
        ]
    assert not list((tmp_path / "out").glob("image_errors*"))


def test_all_bad_rows_and_images_are_gathered_and_count_together_against_the_limit(
    copied: Path, tmp_path: Path, generate: Callable
) -> None:
    for name in ("33_04", "01_01", "20_03"):
        (copied / IMAGE_FOLDER / f"{name}.png").write_bytes(b"GIF89a")
    add_row(copied, "a,1,01_02.png,0")
    with pytest.raises(BadRecordsError, match=r"4 bad record\(s\): 3\.0 % of 133 rows") as caught:
        generate(copied, tmp_path / "out", on_bad_record="skip", max_bad_fraction=0.02)
    assert [(bad.line, bad.file) for bad in caught.value.records] == [
        (2, "01_01.png"),
        (80, "20_03.png"),
        (133, "33_04.png"),
        (134, "01_02.png"),
    ]


def test_bad_row_stops_before_any_image_is_read(copied: Path, tmp_path: Path, generate: Callable) -> None:
    add_row(copied, "б,1,x.png,0")
    with pytest.raises(BadRecordsError, match=r"line 134: x\.png: label 1 is 'а', but the letter is 'б'"):
        generate(copied, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_unreadable_csv_is_told(copied: Path, tmp_path: Path, generate: Callable) -> None:
    (copied / CSV_FILE_NAME).write_bytes("буква".encode("cp1251"))
    with pytest.raises(UserError, match="not UTF-8"):
        generate(copied, tmp_path / "out")
