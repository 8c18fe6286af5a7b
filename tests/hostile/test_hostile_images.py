"""Files that are no sane PNG: each is named with its CSV line, and no more of it is decoded than its header."""

import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from components.example_gen.bad_records import SHOWN
from components.example_gen.images import MAX_FILE_BYTES
from core.features import CSV_FILE_NAME
from tests.hostile.hostile_runs import Done, assert_refused, write_csv, write_images
from tests.hostile.odd_images import broken_images, large_file

Call = Callable[..., Done]


def test_broken_images_are_all_told_in_one_run(call: Call, flat: Path) -> None:
    broken = broken_images()
    write_images(flat, {name: content for name, (content, _) in broken.items()})
    large_file(flat / "large.png", 40 * 2**30)
    expected = {name: reason for name, (_, reason) in broken.items()} | {
        "large.png": f"the file is larger than {MAX_FILE_BYTES} bytes"
    }
    write_csv(flat, ["а,1,a.png,0", *(f"б,2,{name},0" for name in expected)])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = call()
    assert_refused(done, early=False)
    assert "LetterExampleGen" in done.summary["components"]
    # KiB; the bombs would take a hundred MB and more than a GB, TFX's import takes 500 MB.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 900 * 1024
    *told, more, _ = done.lines
    assert (len(told), more) == (SHOWN, f"and {len(expected) - SHOWN} more")
    assert list(done.listed) == list(range(3, 3 + len(expected)))
    for line, (name, reason) in enumerate(expected.items(), start=3):
        file, listed = done.listed[line]
        assert file == name
        assert listed.startswith(reason)
        # Of the last only the file tells.
        assert all(
            shown.startswith(f"{CSV_FILE_NAME}, line {line}: {name}: {reason}") for shown in told[line - 3 :][:1]
        )
    assert not list(done.output.glob("artifacts/**/*.gz"))


@pytest.mark.parametrize("name", ["truncated.png", "gif.png"])
def test_one_broken_image_is_two_lines(call: Call, flat: Path, name: str) -> None:
    content, reason = broken_images()[name]
    (flat / "b.png").write_bytes(content)
    done = call()
    assert_refused(done, early=False)
    assert done.lines == [
        f"{CSV_FILE_NAME}, line 3: b.png: {reason}",
        "1 bad record(s): mend them (all are in bad_records.csv), or --set data.on_bad_record=skip",
    ]
