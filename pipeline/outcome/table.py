"""The summary as people see it when a run ends."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.columns import slice_columns
from core.errors import printable

# Letters, or values of a column, that are shown with their accuracies.
_MOST = 5


def print_summary(summary: dict[str, Any], console: Console) -> None:
    """Prints the closing table of a run."""
    table = Table(title=f"Summary of the run (recipe {summary['recipe']})", show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in summary_rows(summary):
        # As text, since rich takes brackets in a path for its own mark-up.
        table.add_row(name, Text("\n".join(map(printable, value.split("\n")))))
    console.print(table)


def summary_rows(summary: dict[str, Any]) -> list[tuple[str, str]]:
    """Returns the table's rows: a name and a text each; what a run did not come to is left out."""
    rows = [("data", _data(summary["data"]))]
    if summary["data"]["per_letter"]:
        rows.append(("balance", _balance(summary["data"]["per_letter"])))
    if summary["train"]:
        rows.append(("training", _training(summary["train"])))
    if summary["test"]:
        rows += _test_rows(summary["test"])
    # Runs that were recorded before it was measured have none.
    if robustness := summary.get("robustness"):
        rows.append(("photos as taken", _robustness(robustness)))
    rows.append(("blessed", _blessed(summary)))
    rows.append(("pushed model", summary["pushed_model"] or "none"))
    if summary["training_logs"]:
        rows.append(("TensorBoard", f"tensorboard --logdir {summary['training_logs']}"))
    rows.append(("seconds", _seconds(summary["components"])))
    rows.append(("peak memory", f"{summary['peak_memory_mib']:.0f} MiB"))
    rows.append(("run by", _run_by(summary["versions"])))
    return rows


def _run_by(versions: dict[str, str]) -> str:
    names = {"tfx": "TFX", "tensorflow": "TensorFlow", "keras": "Keras", "python": "Python"}
    return ", ".join(f"{name} {versions[key]}" for key, name in names.items())


def _data(data: dict[str, Any]) -> str:
    text = f"{data['folder']}"
    if data["generated"]:
        text += " (GENERATED letters, not photos)"
    if data["per_split"]:
        counts = ", ".join(f"{name} {count}" for name, count in data["per_split"].items())
        text += f"\n{sum(data['per_split'].values())} photos: {counts}"
    if data["dropped"]:
        text += f"\n{data['dropped']} bad records dropped"
    return text


def _balance(per_letter: dict[str, int]) -> str:
    if len(set(per_letter.values())) == 1:
        return f"{max(per_letter.values())} photos of every letter"
    least = min(per_letter, key=lambda letter: per_letter[letter])
    most = max(per_letter, key=lambda letter: per_letter[letter])
    return f"from {per_letter[least]} ({least}) to {per_letter[most]} ({most}) photos per letter"


def _training(train: dict[str, Any]) -> str:
    # Runs that were recorded before there was a choice have none.
    where = ", photos read from a file (train.memory_mib)" if train.get("photos_in_file") else ""
    return (
        f"{train['epochs']} epochs in {train['seconds'] / 60:.1f} min, best epoch {train['best_epoch']}, "
        f"{train['parameters']:,} parameters{where}"
    )


def _test_rows(test: dict[str, Any]) -> list[tuple[str, str]]:
    low, high = test["interval_95"]
    accuracy = f"{test['accuracy']:.2%} of {test['photos']} photos (95 % interval {low:.2%} to {high:.2%})"
    slices = [("letter", test["per_letter"])]
    slices += [(column.title, test.get(f"per_{column.name}", {})) for column in slice_columns()]
    return [("test accuracy", accuracy), *(_slice_row(title, values) for title, values in slices if values)]


def _robustness(robustness: dict[str, dict[str, Any]]) -> str:
    weakest = sorted(robustness.items(), key=lambda item: item[1]["accuracy"])[:_MOST]
    worst = ", ".join(f"{change} {found['accuracy']:.1%}" for change, found in weakest)
    sure = max(found["sure_and_wrong"] for found in robustness.values())
    return f"weakest of {len(robustness)} changes: {worst}\nsure and wrong: at most {sure:.1%}"


def _slice_row(title: str, values: dict[str, float]) -> tuple[str, str]:
    name = f"{title}s"
    if len(values) > _MOST:
        name, values = f"weakest {name}", dict(sorted(values.items(), key=lambda item: item[1])[:_MOST])
    return name, ", ".join(f"{value} {accuracy:.1%}" for value, accuracy in values.items())


def _blessed(summary: dict[str, Any]) -> str:
    verdict = {True: "yes", False: "NO", None: "not evaluated"}[summary["blessed"]]
    return "\n".join([verdict, *summary["reasons"]])


def _seconds(components: dict[str, dict[str, Any]]) -> str:
    lines = [
        f"{name:17} {run['seconds']:7.1f}{'  cached' if run['cached'] else ''}" for name, run in components.items()
    ]
    return "\n".join(lines)
