"""The closing table: what a person sees, of a full run and of one that ended early."""

import io

from rich.console import Console

from pipeline.local.progress import ComponentRun
from pipeline.outcome.summary import Ending, build_summary
from pipeline.outcome.table import print_summary, summary_rows
from pipeline.recipes import named
from schema.curated import read_labels

ALPHABET = read_labels()

ACCURACIES = {letter: 1.0 for letter in ALPHABET} | {"ъ": 0.5, "щ": 0.8, "й": 0.9, "ё": 0.95, "ш": 0.955, "я": 0.99}


def summary_of(generated: bool = False, counts: dict[str, int] | None = None, **changed: object) -> dict:
    ending = Ending("/data", generated=generated)
    ending.components = {"LetterExampleGen": ComponentRun(12.3, cached=True), "Trainer": ComponentRun(600.0)}
    summary = build_summary(named("default"), ending)
    full = {
        "train": {"seconds": 90.0, "epochs": 36, "best_epoch": 30, "parameters": 1_140_801},
        "test": {
            "accuracy": 0.98125,
            "photos": 1600,
            "interval_95": [0.97333, 0.98888],
            "per_letter": ACCURACIES,
            "per_background": {"striped": 0.99, "plain": 0.97},
        },
        "robustness": {
            "in shadow": {"accuracy": 0.9, "sure_and_wrong": 0.02, "photos": 9},
            "turned": {"accuracy": 0.8, "sure_and_wrong": 0.01, "photos": 9},
        },
        "training_logs": "/out/artifacts/Trainer/model_run",
        "blessed": True,
        "pushed_model": "/out/serving_model/1",
        "peak_memory_mib": 2345.6,
    }
    summary["data"] |= {
        "per_split": {"train": 81, "eval": 9, "test": 10},
        "per_letter": counts or dict.fromkeys(ALPHABET, 3),
        "dropped": 0,
    }
    return summary | full | changed


def test_full_run_is_told_in_rows() -> None:
    summary = summary_of()
    summary["versions"] = {"tfx": "1.21.0", "tensorflow": "2.21.0", "keras": "3.15.1", "python": "3.13.5"}
    assert dict(summary_rows(summary)) == {
        "data": "/data\n100 photos: train 81, eval 9, test 10",
        "balance": "3 photos of every letter",
        "training": "36 epochs in 1.5 min, best epoch 30, 1,140,801 parameters",
        "test accuracy": "98.12% of 1600 photos (95 % interval 97.33% to 98.89%)",
        "weakest letters": "ъ 50.0%, щ 80.0%, й 90.0%, ё 95.0%, ш 95.5%",
        "papers": "striped 99.0%, plain 97.0%",
        "photos as taken": "weakest of 2 changes: turned 80.0%, in shadow 90.0%\nsure and wrong: at most 2.0%",
        "blessed": "yes",
        "pushed model": "/out/serving_model/1",
        "TensorBoard": "tensorboard --logdir /out/artifacts/Trainer/model_run",
        "seconds": "LetterExampleGen     12.3  cached\nTrainer             600.0",
        "peak memory": "2346 MiB",
        "run by": "TFX 1.21.0, TensorFlow 2.21.0, Keras 3.15.1, Python 3.13.5",
    }


def test_uneven_letters_are_told_with_the_least_and_the_most() -> None:
    rows = dict(summary_rows(summary_of(counts={**dict.fromkeys(ALPHABET, 3), "ъ": 2, "о": 9})))
    assert rows["balance"] == "from 2 (ъ) to 9 (о) photos per letter"


def test_generated_data_and_dropped_records_are_said() -> None:
    summary = summary_of(generated=True)
    summary["data"]["dropped"] = 7
    rows = dict(summary_rows(summary))
    assert rows["data"].splitlines() == [
        "/data (GENERATED letters, not photos)",
        "100 photos: train 81, eval 9, test 10",
        "7 bad records dropped",
    ]


def test_reasons_follow_the_refused_blessing() -> None:
    rows = dict(summary_rows(summary_of(blessed=False, reasons=("too low", "no test photo of ъ"), pushed_model=None)))
    assert rows["blessed"] == "NO\ntoo low\nno test photo of ъ"
    assert rows["pushed model"] == "none"


def test_run_that_ended_early_leaves_out_what_it_has_not() -> None:
    summary = build_summary(named("default"), Ending("/data", generated=False))
    rows = dict(summary_rows(summary))
    assert list(rows) == ["data", "blessed", "pushed model", "seconds", "peak memory", "run by"]
    assert (rows["data"], rows["blessed"]) == ("/data", "not evaluated")


def test_printed_table_shows_paths_and_brackets_as_they_are() -> None:
    screen = io.StringIO()
    print_summary(summary_of(pushed_model="/out/[bold]/1", reasons=("lost [/red]",)), Console(file=screen, width=100))
    text = screen.getvalue()
    assert "Summary of the run (recipe default)" in text
    assert "/out/[bold]/1" in text
    assert "lost [/red]" in text


def test_photos_too_many_for_memory_are_told() -> None:
    training = {"seconds": 90.0, "epochs": 36, "best_epoch": 30, "parameters": 1_140_801}
    told = "photos read from a file (train.memory_mib)"
    for in_file in (True, False):
        rows = dict(summary_rows(summary_of(train=training | {"photos_in_file": in_file})))
        assert (told in rows["training"]) is in_file
