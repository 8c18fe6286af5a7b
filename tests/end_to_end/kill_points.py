"""Where a run kills itself: in a component, or in a call. Each is armed in the run's process, before the run."""

import importlib
import logging
import os
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

# TFX runs it without an executor.
_RESOLVER = "Baseline"


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stop_as_it_begins(component: str) -> None:
    """Stops the run, as Ctrl-Z does, when it is about to call a component."""
    _around_executor(component, before=lambda outputs: os.kill(os.getpid(), signal.SIGSTOP))


def as_it_begins(component: str) -> None:
    """Kills the run when TFX has recorded that the component runs, and is about to call it."""
    if component == _RESOLVER:
        at_call("components.baseline.LatestOtherBlessedModelStrategy.resolve_artifacts")
    else:
        _around_executor(component, before=lambda outputs: die())


def half_written(component: str) -> None:
    """Kills the run when the component has returned and TFX has not recorded it, with its files cut in half."""
    if component == _RESOLVER:
        at_call("components.baseline.LatestOtherBlessedModelStrategy.resolve_artifacts", after=True)
    else:
        _around_executor(component, after=_cut_and_die)


def once_recorded(component: str) -> None:
    """Kills the run when TFX has recorded that the component is complete."""

    class Killer(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage() == f"Component {component} is finished.":
                die()

    logging.getLogger("absl").addHandler(Killer(logging.INFO))


def at_call(function: str, argument: str = "", after: bool = False) -> None:
    """Kills the run at the first call of a function with an argument that ends in some text.

    Args:
        function: Its dotted name.
        argument: The text; empty for any call.
        after: Whether the call is let through.
    """

    def killed(real: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        chosen = not argument or any(str(each).endswith(argument) for each in arguments)
        if chosen and not after:
            die()
        result = real(*arguments, **options)
        if chosen:
            die()
        return result

    _replace(function, killed)


def in_copying(whole: int) -> None:
    """Kills the run when Pusher has copied so many of the model's files whole, and half of the next one."""
    copied: list[str] = []

    def copy(source: str, target: str) -> None:
        if len(copied) == whole:
            Path(target).write_bytes(Path(source).read_bytes()[: os.path.getsize(source) // 2])
            die()
        copied.append(str(shutil.copy2(source, target)))

    def copytree(real: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        # For a folder in the folder it calls itself, with all arguments.
        return real(*arguments, **options, **({} if len(arguments) > 2 else {"copy_function": copy}))

    _replace("shutil.copytree", copytree)


def in_removing(part: str) -> None:
    """Kills the run when it has removed some files of each folder in a folder whose path has a certain part."""

    def rmtree(real: Callable[..., Any], folder: Any, *arguments: Any, **options: Any) -> None:
        if part in str(folder) and Path(folder).is_dir():
            for path in sorted(path for path in Path(folder).rglob("*") if path.is_file())[::2]:
                path.unlink()
            die()
        real(folder, *arguments, **options)

    _replace("shutil.rmtree", rmtree)


def _around_executor(
    component: str, before: Callable[[Any], None] | None = None, after: Callable[[Any], None] | None = None
) -> None:
    def run_executor(real: Callable[..., Any], operator: Any, execution: Any) -> Any:
        chosen = execution.pipeline_node.node_info.id == component
        if chosen and before:
            before(execution.output_dict)
        result = real(operator, execution)
        if chosen and after:
            after(execution.output_dict)
        return result

    for operator in ("python_executor_operator.Python", "beam_executor_operator.Beam"):
        _replace(f"tfx.orchestration.portable.{operator}ExecutorOperator.run_executor", run_executor)


def _cut_and_die(outputs: Mapping[str, Sequence[Any]]) -> None:
    for artifact in (each for artifacts in outputs.values() for each in artifacts):
        for path in (path for path in Path(artifact.uri).rglob("*") if path.is_file()):
            os.truncate(path, path.stat().st_size // 2)
    die()


def _replace(function: str, by: Callable[..., Any]) -> None:
    """Puts `by`, which gets the real function first, in the place of a function of a module or a class."""
    place, _, name = function.rpartition(".")
    owner = _find(place)
    real = getattr(owner, name)
    setattr(owner, name, lambda *arguments, **options: by(real, *arguments, **options))


def _find(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        place, _, last = name.rpartition(".")
        return getattr(_find(place), last)
