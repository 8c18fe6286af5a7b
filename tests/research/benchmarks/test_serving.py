"""The benchmark of serving: what it compares, what it judges, and what it says of a wrong command line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from components.example_gen.images import decode_image
from components.settings import ModelSettings
from core.errors import UserError
from core.project import ROOT
from pipeline.config import Config
from research.benchmarks import serving
from research.benchmarks.serving import (
    DECODING,
    PILLOW,
    PILLOW_AND_KERAS,
    SERVED,
    decoded,
    generated_photos,
    judged,
    main,
    one_photo,
    parameters,
    photos_of,
    read_letters,
    size,
    ways_to_read,
)

# Of the fixture `network`.
TINY = Config(recipe="tiny", model=ModelSettings(stem_width=8, stage_widths=(8,)))


@pytest.fixture(scope="module")
def photos() -> list[bytes]:
    return generated_photos(40)


def test_all_ways_do_the_same_work(exported_model: Path, network: Any, photos: list[bytes]) -> None:
    ways = ways_to_read(exported_model, TINY)
    assert len(ways) == 4
    answer: Any = ways[SERVED](photos)
    served_pixels: Any = ways[DECODING](photos)
    np.testing.assert_array_equal(served_pixels["pixels"], ways[PILLOW](photos))
    # The fixture's network has the exported weights; the benchmark's own has others.
    np.testing.assert_array_equal(answer["label"] - 1, read_letters(network, decoded(photos)))
    assert np.asarray(ways[PILLOW_AND_KERAS](photos)).shape == (40,)


def test_another_network_is_not_compared_with(exported_model: Path) -> None:
    assert PILLOW_AND_KERAS not in ways_to_read(exported_model, Config(recipe="default"))


def test_parameters_of_a_saved_model_are_the_network_s(exported_model: Path, network: Any) -> None:
    assert parameters(exported_model) == network.count_params()


def test_table_and_json_have_a_row_for_each_way_and_size(
    exported_model: Path,
    photos: list[bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(serving, "BATCHES", (3, 40))
    monkeypatch.setattr(serving, "generated_photos", lambda count: photos[:count])
    flags = ["--model", str(exported_model), "--output", str(tmp_path), "--calls", "2", "--rounds", "1"]
    assert main(flags) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert all(f"{title} of" in captured.out for title in serving.TABLES.values())
    assert all(text in captured.out for text in ("batch of 40", "median ms", "is left out"))
    rows = json.loads((tmp_path / "serving.json").read_text())["results"]
    served = {row["what"]: row for row in rows if row["way"] == SERVED}
    assert set(served) == {"one photo", "batch of 3", "batch of 40", "size on disk"}
    assert all(row["met"] in ("yes", "no") for row in served.values())
    others = [row for row in rows if row["way"] != SERVED]
    assert len(others) == 3 * 2
    assert not any("target" in row for row in others)


def test_size_is_that_of_all_files(tmp_path: Path) -> None:
    (tmp_path / "variables").mkdir()
    (tmp_path / "saved_model.pb").write_bytes(b"x" * 1000)
    (tmp_path / "variables" / "data").write_bytes(b"x" * 500_000)
    assert size(tmp_path)["MB"] == 0.501
    assert size(tmp_path)["met"] == "yes"


@pytest.mark.parametrize(
    ("value", "at_least", "met"), [(5.0, False, "yes"), (5.1, False, "no"), (5.0, True, "yes"), (4.9, True, "no")]
)
def test_bound_itself_meets_the_target(value: float, at_least: bool, met: str) -> None:
    row = judged({"x": value}, "x", 5.0, at_least=at_least)
    assert (row["x"], row["met"]) == (value, met)
    assert row["target"] == ("at least 5" if at_least else "at most 5")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--recipe=none"], "--recipe none: no such recipe"),
        (["--photos=/none"], "/none: no such folder"),
        (["--output=/dev/null/x"], "/dev/null/x: cannot be made"),
        (["--calls=0"], "'0' is no whole number from 1"),
        (["--calls=" + "9" * 5000], "9' is no whole number from 1"),
        (["--rounds=some"], "'some' is no whole number from 1"),
        (["--model=/none"], "/none: no pushed model there"),
        (["--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_mistake_is_one_line_and_status_2(
    flags: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "saved_model.pb").touch()
    with pytest.raises(SystemExit) as ended:
        sys.exit(main(["--model", str(tmp_path), "--output", str(tmp_path / "out"), *flags]))
    captured = capsys.readouterr()
    assert (ended.value.code, captured.out) == (2, "")
    assert message in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("module", ["research.benchmarks.serving", "research.benchmarks.time_to_accuracy"])
def test_commands_load_nothing_heavy_before_their_flags_are_read(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"tensorflow", "tfx", "apache_beam", "matplotlib"} & set(done.stdout.split())


def test_calls_with_one_photo_take_the_photos_in_turn() -> None:
    asked: dict[str, list[bytes]] = {"one": [], "another": []}
    one_photo({name: asked[name].extend for name in asked}, [b"a", b"b", b"c"], calls=4)
    assert asked["one"] == asked["another"]
    assert asked["one"][:4] == [b"a", b"b", b"c", b"a"]


def save(folder: Path, name: str, size: tuple[int, int], grey: int = 0) -> bytes:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    Image.new("RGB", size, (grey, grey, grey)).save(path, format="PNG")
    return path.read_bytes()


def test_generated_photos_are_png_of_the_network_s_size_and_always_the_same() -> None:
    photos = generated_photos(5)
    assert photos == generated_photos(5)
    assert [decode_image(photo).shape for photo in photos] == [(32, 32, 3)] * 5
    assert all(np.std(decode_image(photo)) > 0 for photo in photos)


def test_few_photos_are_gone_through_again_and_other_sizes_left_out(tmp_path: Path) -> None:
    one, two = save(tmp_path, "1.png", (32, 32), 1), save(tmp_path, "deeper/2.PNG", (32, 32), 2)
    save(tmp_path, "0.png", (31, 32))
    (tmp_path / "notes.txt").write_text("no photo")
    assert photos_of(tmp_path, 5) == [one, two, one, two, one]
    assert photos_of(tmp_path, 1) == [one]


def test_folder_without_a_fitting_photo_is_told(tmp_path: Path) -> None:
    save(tmp_path, "0.png", (31, 32))
    with pytest.raises(UserError, match="no PNG file of 32x32 pixels in it"):
        photos_of(tmp_path, 1)
    with pytest.raises(UserError, match="no such folder"):
        photos_of(tmp_path / "none", 1)


def test_broken_photo_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"text")
    with pytest.raises(UserError, match=r"a\.png: the file is not an image"):
        photos_of(tmp_path, 1)
