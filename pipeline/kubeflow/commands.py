"""What each command of `kubeflow_runner.py` does; the flags are in command_line.py."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timezone
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from console.exit_status import ExitStatus
from core.buckets import without_query
from core.errors import UserError, printable
from pipeline.kubeflow.package import Package, read_documents, write_package
from pipeline.kubeflow.request import compiled, cron_fields, run_values

if TYPE_CHECKING:
    from pipeline.kubeflow.cluster import Cluster, Version

Command = Callable[[argparse.Namespace], int]


def compile_to_file(flags: argparse.Namespace) -> int:
    """Writes the compiled pipeline, unless Kubeflow would refuse it."""
    package = compiled(flags)
    write_package(package, flags.output)
    steps = len(package.pipeline["root"]["dag"]["tasks"])
    print(
        f"{printable(flags.output)}: {steps} steps, {len(package.text().encode()):,} bytes, version {package.digest()}"
    )
    return ExitStatus.DONE


def lint(flags: argparse.Namespace) -> int:
    """Prints what Kubeflow would refuse of a file."""
    # Here and below, since these import `kfp`, or TFX.
    from pipeline.kubeflow.lint import problems

    found = problems(read_documents(flags.file), flags.file.stat().st_size)
    for problem in found:
        print(printable(f"{flags.file}: {problem}"))
    if not found:
        print(f"{printable(flags.file)}: nothing that Kubeflow Pipelines 2 is known to refuse")
    return ExitStatus.FAILED if found else ExitStatus.DONE


def submit(flags: argparse.Namespace) -> int:
    """Uploads the pipeline, starts a run, and follows it if asked to."""
    from pipeline.kubeflow.cluster import Job
    from pipeline.kubeflow.follow import follow, status_of

    package = _package(flags)
    job = Job(_name(flags), flags.experiment, run_values(package, flags), flags.pipeline_root, flags.service_account)
    cluster = _cluster(flags)
    run_id = cluster.run(_uploaded(cluster, package), job)
    print(printable(f"Run {run_id}: {cluster.run_link(run_id)}"), flush=True)
    if not flags.wait:
        return ExitStatus.DONE
    run = follow(lambda: cluster.get_run(run_id), lambda line: print(line, flush=True), flags.pause)
    print(printable(f"Run {run_id}: {run.state.lower()}"))
    return status_of(run)


def schedule(flags: argparse.Namespace) -> int:
    """Uploads the pipeline and makes a recurring run of it."""
    from pipeline.kubeflow.cluster import Job

    cron = cron_fields(flags.cron)
    package = _package(flags)
    name = flags.name or f"{package.pipeline['pipelineInfo']['name']} {flags.cron}"
    job = Job(name, flags.experiment, run_values(package, flags), flags.pipeline_root, flags.service_account)
    cluster = _cluster(flags)
    schedule_id = cluster.schedule(_uploaded(cluster, package), job, cron)
    print(printable(f"Schedule {schedule_id}: {cluster.schedule_link(schedule_id)}"))
    return ExitStatus.DONE


def status(flags: argparse.Namespace) -> int:
    """Prints a run and its steps."""
    from pipeline.kubeflow.follow import step_line, steps_of

    run = _cluster(flags).get_run(flags.run)
    for name, state in steps_of(run):
        print(step_line(name, state))
    print(printable(f"Run {flags.run}: {str(run.state).lower()}"))
    return ExitStatus.DONE


def cancel(flags: argparse.Namespace) -> int:
    """Ends a run."""
    _cluster(flags).cancel(flags.run)
    print(printable(f"Run {flags.run}: will be ended"))
    return ExitStatus.DONE


def _package(flags: argparse.Namespace) -> Package:
    """Returns the compiled pipeline of the file, or of the flags."""
    if flags.file is None:
        return compiled(flags)
    documents = read_documents(flags.file)
    from pipeline.kubeflow.lint import problems

    found = problems(documents, flags.file.stat().st_size)
    if found:
        raise UserError(f"{flags.file}: Kubeflow would refuse it: {'; '.join(found)}")
    return Package(documents[0], documents[1] if len(documents) > 1 else None)


def _cluster(flags: argparse.Namespace) -> "Cluster":
    from pipeline.kubeflow.cluster import Cluster

    token = None
    if flags.token_env:
        # Files that hold tokens end with a line break.
        token = os.environ.get(flags.token_env, "").strip()
        if not token:
            raise UserError(
                f"--token-env {flags.token_env}: there is no such variable in the environment, or it is empty"
            )
        if not (token.isascii() and token.isprintable()):
            # The HTTP client would refuse it too, and quote it.
            raise UserError(f"--token-env {flags.token_env}: no token: it has line breaks, or letters beyond ASCII")
        if _is_open(flags.host):
            shown = printable(without_query(flags.host))
            print(
                f"Warning: --host {shown}: http:// lets anyone on the way read the token; use https://", file=sys.stderr
            )
    return Cluster(flags.host, flags.namespace, token)


def _is_open(host: str) -> bool:
    """Returns whether what is sent to a host goes over a network, unencrypted."""
    try:
        address = urlsplit(host)
        name = (address.hostname or "").rstrip(".")
    except ValueError:
        # No address at all, which is told by whoever asks there.
        return False
    return address.scheme == "http" and not _is_loopback(name)


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _uploaded(cluster: "Cluster", package: Package) -> "Version":
    with tempfile.TemporaryDirectory() as folder:
        # The client looks at the ending.
        path = Path(folder) / "pipeline.yaml"
        write_package(package, path)
        return cluster.upload(path, package.pipeline["pipelineInfo"]["name"], package.digest())


def _name(flags: argparse.Namespace) -> str:
    return flags.name or f"russian-letters {datetime.now(timezone.utc):%Y-%m-%d %H:%M:%S}"
