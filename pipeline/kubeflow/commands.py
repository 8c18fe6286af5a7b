"""What each command of `kubeflow_runner.py` does; the flags are in command_line.py."""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pydantic import FiniteFloat, TypeAdapter, ValidationError

from console.command import ExitStatus
from console.logs import set_up_logs
from core.buckets import without_query
from core.errors import UserError, printable
from core.files import as_place, folders_of, is_uri
from pipeline.beam.engines import kubeflow_args
from pipeline.kubeflow.follow import ENDED, doubt_of, follow, status_of
from pipeline.kubeflow.package import Package, read_package, write_package
from pipeline.kubeflow.parameters import check_place
from pipeline.kubeflow.pods import Json, Pods, check_image, parse_secret, parse_volume
from pipeline.kubeflow.reach import is_open, proxy_of, read_token
from pipeline.kubeflow.steps import lines_of, state_of
from pipeline.places import Places
from pipeline.recipes import config_of

if TYPE_CHECKING:
    from pipeline.kubeflow.client import Cluster

Command = Callable[[argparse.Namespace], int]

# On the first volume, where nothing else is said.
_ON_VOLUME: Mapping[str, str] = {"data": "data", "serving": "serving_model", "training_state": "training"}
# A training that is interrupted then begins anew: a pod's own disk goes with it.
_LOCAL_STATE = "/var/tmp/training"
# JSON has neither infinities nor NaN.
_NUMBERS = {"NUMBER_INTEGER": (int, "a whole number"), "NUMBER_DOUBLE": (FiniteFloat, "a number")}
_CRON_FIELD = re.compile(r"[0-9*/,?A-Z-]+")


def compile_to_file(flags: argparse.Namespace) -> int:
    """Writes the compiled pipeline."""
    package = _compiled(flags)
    write_package(package, flags.output)
    steps = len(package.pipeline["root"]["dag"]["tasks"])
    print(
        f"{printable(flags.output)}: {steps} steps, {len(package.text().encode()):,} bytes, version {package.digest()}"
    )
    return ExitStatus.DONE


def submit(flags: argparse.Namespace) -> int:
    """Uploads the pipeline, starts a run, and follows it if asked to."""
    package = _package(flags)
    job = _job(flags, package, f"{package.name} {datetime.now(timezone.utc):%Y-%m-%d %H:%M:%S}")
    cluster = _cluster(flags)
    run_id = cluster.run(flags.experiment, job | _uploaded(cluster, package))
    print(printable(f"Run {run_id}: {cluster.link('runs', run_id)}"), flush=True)
    if not flags.wait:
        return ExitStatus.DONE
    run = follow(lambda: cluster.get_run(run_id), package.pipeline, cluster.namespace, flags.pause)
    print(printable(f"Run {run_id}: {state_of(run)}{doubt_of(run)}"))
    return status_of(run)


def schedule(flags: argparse.Namespace) -> int:
    """Uploads the pipeline and makes a recurring run of it."""
    cron = cron_fields(flags.cron)
    package = _package(flags)
    job = _job(flags, package, f"{package.name} {flags.cron}")
    cluster = _cluster(flags)
    schedule_id = cluster.schedule(flags.experiment, job | _uploaded(cluster, package), cron)
    print(printable(f"Schedule {schedule_id}: {cluster.link('recurringrun', schedule_id)}"))
    return ExitStatus.DONE


def status(flags: argparse.Namespace) -> int:
    """Prints what happened in a run until now."""
    cluster = _cluster(flags)
    run = cluster.get_run(flags.run)
    for line in lines_of(run, cluster.pipeline_of(run), cluster.namespace, datetime.now(timezone.utc)):
        print(line)
    print(printable(f"Run {flags.run}: {state_of(run)}{doubt_of(run) if run.state in ENDED else ''}"))
    return ExitStatus.DONE


def cancel(flags: argparse.Namespace) -> int:
    """Ends a run, unless it has ended."""
    cluster = _cluster(flags)
    run = cluster.get_run(flags.run)
    if run.state in ENDED:
        print(printable(f"Run {flags.run}: has ended already ({state_of(run)})"))
        return ExitStatus.DONE
    # The server refuses to end what is being ended.
    if run.state != "CANCELING":
        cluster.cancel(flags.run)
    print(printable(f"Run {flags.run}: will be ended"))
    return ExitStatus.DONE


def run_values(package: Package, assignments: Sequence[str]) -> dict[str, Any]:
    """Returns the parameters of a run, each given as `NAME=VALUE` and declared by the pipeline.

    Raises:
        UserError: If there is no such parameter, or its value does not fit.
    """
    types = package.parameter_types()
    values: dict[str, Any] = {}
    for assignment in assignments:
        name, separator, text = assignment.partition("=")
        if not separator or name not in types:
            raise UserError(f"--param {assignment}: write it as NAME=VALUE; the names are {', '.join(sorted(types))}")
        check_place(name, text)
        kind, wanted = _NUMBERS.get(types[name], (str, "a text"))
        try:
            values[name] = TypeAdapter(kind).validate_python(text)
        except ValidationError:
            raise UserError(f"--param {assignment}: give {wanted}") from None
    return values


def cron_fields(text: str) -> str:
    """Returns a schedule of five fields, as cron has them, or six, in Kubeflow's six, the seconds first.

    Raises:
        UserError: If there are more or fewer, or a field has something else than cron's signs.
    """
    fields = text.split()
    if len(fields) not in {5, 6} or not all(_CRON_FIELD.fullmatch(field) for field in fields):
        raise UserError(
            f"--cron {text!r}: give five fields as cron has them, such as '0 3 * * *' for every night at three"
        )
    return " ".join(["0", *fields] if len(fields) == 5 else fields)


def _package(flags: argparse.Namespace) -> Package:
    """Returns the compiled pipeline of the FILE; without one, what the flags ask for."""
    if flags.file is None:
        return _compiled(flags)
    given = [f"--{name.replace('_', '-')}" for name, value in flags.not_given.items() if getattr(flags, name) != value]
    if given:
        advice = "compile it anew, leave the FILE out, or choose what a run may choose by --param, such as data=PLACE"
        raise UserError(f"{', '.join(given)}: for `compile`, and does nothing to a FILE that it wrote; {advice}")
    return read_package(flags.file)


def _compiled(flags: argparse.Namespace) -> Package:
    config = config_of(flags, "default")
    # All that can be wrong with a flag is told before the seconds that TFX takes to import.
    if not flags.image:
        without = "empty" if flags.image == "" else "not set"
        raise UserError(f"--image: {without}; give the container image of this project (`make image` builds it)")
    check_image(flags.image)
    kubeflow_args(config.beam)
    volumes = [*map(parse_volume, flags.pvc)]
    pods = Pods(flags.image, volumes, [*map(parse_secret, flags.secret)], flags.cpu, flags.memory)
    places = Places(pipeline_root="", schema="", **{name: _place(flags, name, volumes) for name in _ON_VOLUME})
    set_up_logs(verbose=False)
    from pipeline.kubeflow.compile import compile_package

    return compile_package(config, places, pods)


def _place(flags: argparse.Namespace, name: str, volumes: list[Json]) -> str:
    flag = f"--{name.replace('_', '-')}"
    given = getattr(flags, name)
    if name == "data" and given is not None:
        given = as_place(given)
    if given is None:
        if volumes:
            return f"{volumes[0]['mountPath']}/{_ON_VOLUME[name]}"
        if name == "training_state":
            return _LOCAL_STATE
        raise UserError(f"{flag}: not set; mount a volume with --pvc NAME:PATH, or give the URI of a bucket")
    check_place(name, given)
    for folder in folders_of(given):
        if is_uri(folder) or any(PurePosixPath(folder).is_relative_to(volume["mountPath"]) for volume in volumes):
            continue
        raise UserError(f"{flag} {folder}: on no volume of the pods; mount one with --pvc NAME:PATH, or give a URI")
    return str(given)


def _job(flags: argparse.Namespace, package: Package, name: str) -> dict[str, Any]:
    """Returns what kfp's client is told of a run."""
    return {
        "job_name": flags.name or name,
        "params": run_values(package, flags.param),
        "pipeline_root": flags.pipeline_root,
        "service_account": flags.service_account,
    }


def _uploaded(cluster: "Cluster", package: Package) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        # The client looks at the ending.
        path = Path(folder) / "pipeline.yaml"
        write_package(package, path)
        return cluster.upload(path, package.name, package.digest())


def _cluster(flags: argparse.Namespace) -> "Cluster":
    # Here, since it imports `kfp`.
    from pipeline.kubeflow.client import Cluster

    token = read_token(flags.token_env) if flags.token_env else None
    if token and is_open(flags.host):
        shown = printable(without_query(flags.host))
        print(f"Warning: --host {shown}: http:// lets anyone on the way read the token; use https://", file=sys.stderr)
    return Cluster(flags.host, flags.namespace, token, proxy_of(flags.host))
