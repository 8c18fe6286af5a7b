"""What a run to report on consists of, made of known numbers: nothing is trained."""

import io
from typing import Any

import numpy as np
from PIL import Image

from core.features import BACKGROUNDS, SPLITS
from pipeline.local.progress import ComponentRun
from pipeline.outcome.summary import Ending, build_summary
from pipeline.recipes import named
from report.outcome import Outcome
from schema.curated import read_labels

ALPHABET = read_labels()

# A file's name, as hostile as a file system allows.
HOSTILE = "<script>alert(1)</script>&\"'.png"
PER_LETTER = 4
TRAINING = {"seconds": 4.0, "epochs": 4, "best_epoch": 3, "parameters": 1_000_000, "temperature": 0.9}
LOGS = "/out/artifacts/Trainer/model_run"


def png(height: int, width: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (200, 100, 50)).save(file, "PNG")
    return file.getvalue()


def verdict() -> dict[str, Any]:
    return {
        "passed": True,
        "problems": [],
        "per_split": dict.fromkeys(SPLITS, 132),
        "per_letter": dict.fromkeys(ALPHABET, 12),
        "per_background": dict.fromkeys(BACKGROUNDS, 99),
        "per_letter_and_split": {letter: dict.fromkeys(SPLITS, 4) for letter in ALPHABET},
    }


def outcome_of(**parts: Any) -> Outcome:
    """An outcome of which the named parts are known, as if they had been read already."""
    outcome = Outcome(graph=parts.pop("graph", ()))
    vars(outcome).update({"labels": ALPHABET, **parts})
    return outcome


def result_of(misread: dict[str, int], baseline: Any = None, settings: Any = None) -> Any:
    """Four test photos of each letter, one on each paper; the first `misread` of a letter are read as the next one."""
    from components.blessing import ALL, Judged, blessing_rules, label_slice
    from components.settings import EvaluationSettings
    from components.test_result import TestResult
    from core.accuracy import Accuracy

    photos = PER_LETTER * len(ALPHABET)
    confusion = np.diag(np.full(len(ALPHABET), PER_LETTER))
    for letter, count in misread.items():
        row = ALPHABET.index(letter)
        confusion[row, [row, (row + 1) % 33]] += (-count, count)
    accuracies = {ALL: Accuracy(1 - sum(misread.values()) / photos, photos)}
    for letter in ALPHABET:
        accuracies[label_slice(letter)] = Accuracy(1 - misread.get(letter, 0) / PER_LETTER, PER_LETTER)
    for paper in range(len(BACKGROUNDS)):
        right = {letter: float(paper >= misread.get(letter, 0)) for letter in ALPHABET}
        accuracies[(("background", str(paper)),)] = Accuracy(sum(right.values()) / 33, 33)
        for letter, value in right.items():
            accuracies[(("background", str(paper)), *label_slice(letter))] = Accuracy(value, 1)
    rules = blessing_rules(settings or EvaluationSettings(), ALPHABET)
    judged = []
    for rule in rules:
        if baseline or not rule.is_change:
            value = accuracies[rule.slice].value - (baseline.overall.value if rule.is_change else 0)
            judged.append(Judged(rule, value, value >= rule.bound))
    return TestResult(ALPHABET, accuracies, Accuracy(1.0, photos), confusion, tuple(judged), baseline)


def inspection(misread: dict[str, int]) -> Any:
    """The same photos, read with .6 or misread with .7; the last is suspected of a wrong label."""
    from components.inspector.inspection import Inspection
    from components.inspector.mistakes import worst_first

    class_ids = np.repeat(np.arange(33), PER_LETTER)
    probabilities = np.full((len(class_ids), 33), 0.4 / 32, np.float32)
    probabilities[np.arange(len(class_ids)), class_ids] = 0.6
    for letter, count in misread.items():
        for row in np.flatnonzero(class_ids == ALPHABET.index(letter))[:count]:
            probabilities[row] = 0.1 / 31
            probabilities[row, [class_ids[row], (class_ids[row] + 1) % 33]] = (0.2, 0.7)
    worst = worst_first(probabilities, class_ids, 60)
    shown = np.unique([*worst, len(class_ids) - 1])
    rng = np.random.default_rng(1)
    return Inspection(
        splits=np.array(["test"] * len(class_ids)),
        files=np.array([HOSTILE if row == worst[0] else f"{row:03d}.png" for row in range(len(class_ids))]),
        ids=np.array([f"{row:064x}" for row in range(len(class_ids))]),
        class_ids=class_ids,
        slices={"background": np.tile(BACKGROUNDS, 33)},
        probabilities=probabilities,
        worst=worst,
        occlusion=rng.uniform(-0.1, 1, (len(worst), 32, 32)).astype(np.float32),
        shown=shown,
        pixels=rng.integers(0, 256, (len(shown), 32, 32, 3), dtype=np.uint8),
        suspected=np.array([len(class_ids) - 1]),
    )


def robustness() -> list[Any]:
    """Two changes, one of which is borne badly."""
    from components.inspector.robustness import Example, Robustness

    sha = ALPHABET.index("ш")
    picture = png(8, 8)
    misread = Example(picture, picture, sha, sha + 1, 0.95)
    return [
        Robustness("as it is", 12, 0.975, 0.0, 0.0),
        Robustness("in shadow", 12, 0.75, 0.125, 0.25, (misread, Example(picture, picture, sha, None, 0.0))),
    ]


def history() -> list[dict[str, float]]:
    return [
        {
            "epoch": epoch,
            "accuracy": 0.5 + epoch / 10,
            "val_accuracy": 0.6 + epoch / 10,
            "loss": 2 - epoch / 2,
            "val_loss": 1.5 - epoch / 2 + epoch**2 / 10,
            "learning_rate": 0.01 if epoch < 3 else 0.005,
            "seconds": 1.0,
        }
        for epoch in range(4)
    ]


def summary(blessed: bool | None, **ending: Any) -> dict[str, Any]:
    outcome = outcome_of(
        verdict=verdict(),
        dropped=1,
        training=TRAINING,
        training_logs=LOGS,
        test=result_of({"ш": 2, "щ": 1}),
        blessed=blessed,
        pushed_model="/out/serving_model/7" if blessed else None,
    )
    components = {"LetterExampleGen": ComponentRun(1.5, True, 800.0), "Trainer": ComponentRun(600.0, False, 1300.0)}
    made = Ending("/data", False, run="now", components=components, outcome=outcome, **ending)
    return build_summary(named("fast"), made)
