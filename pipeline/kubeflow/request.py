"""From flags to what they ask for: the compiled pipeline, the values of a run, a schedule's times."""

import argparse
import math
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from console.keras_version import use_keras_3
from console.logs import set_up_logs
from core.errors import UserError
from core.files import is_uri
from pipeline.beam.engines import kubeflow_args
from pipeline.beam.flags import with_beam
from pipeline.config import with_overrides
from pipeline.kubeflow.package import Package
from pipeline.kubeflow.platform import Volume, parse_secret, parse_volume
from pipeline.recipes import named

# On the first volume, where nothing else is said.
_ON_VOLUME: Mapping[str, str] = {"data": "data", "serving": "serving_model", "training_state": "training"}
_CRON_FIELD = re.compile(r"[0-9*/,?A-Z-]+")
# A training that is interrupted then begins anew: a pod's own disk goes with it.
_LOCAL_STATE = "/var/tmp/training"


def compiled(flags: argparse.Namespace) -> Package:
    """Returns the pipeline that the flags ask for.

    Raises:
        UserError: If a flag is wrong, or Kubeflow would refuse the pipeline.
    """
    if not flags.image:
        raise UserError("--image is not set: give the container image of this project (`make image` builds it)")
    config = with_beam(with_overrides(named(flags.recipe or "default"), flags.set), flags.beam, flags.beam_option)
    # Here, before the seconds that TFX takes to import.
    kubeflow_args(config.beam)
    volumes, secrets = [*map(parse_volume, flags.pvc)], [*map(parse_secret, flags.secret)]
    places = {name: _place(flags, name, volumes) for name in _ON_VOLUME}
    set_up_logs(verbose=False)
    use_keras_3()
    # Here, since they import TFX: what is wrong with a flag must be told before those seconds.
    from pipeline.kubeflow.compile import CompileRequest, compile_package
    from pipeline.kubeflow.lint import problems

    package = compile_package(
        CompileRequest(
            config, flags.image, **places, volumes=volumes, secrets=secrets, cpu=flags.cpu, memory=flags.memory
        )
    )
    documents = [document for document in (package.pipeline, package.platform) if document]
    found = problems(documents, len(package.text().encode()))
    if found:
        raise UserError(f"Kubeflow would refuse this pipeline: {'; '.join(found)}")
    return package


def _place(flags: argparse.Namespace, name: str, volumes: list[Volume]) -> str:
    given = getattr(flags, name)
    _refuse_keys(name, given)
    flag = f"--{name.replace('_', '-')}"
    if given is None:
        if volumes:
            return f"{volumes[0].path}/{_ON_VOLUME[name]}"
        if name == "training_state":
            return _LOCAL_STATE
        raise UserError(f"{flag}: not set; mount a volume with --pvc NAME:PATH, or give the URI of a bucket")
    if not is_uri(given) and not any(PurePosixPath(given).is_relative_to(volume.path) for volume in volumes):
        raise UserError(f"{flag} {given}: on no volume of the pods; mount one with --pvc NAME:PATH, or give a URI")
    return str(given)


def _refuse_keys(name: str, place: str | None) -> None:
    """Refuses a URI with keys in it, without quoting them: whoever may see a pipeline or a run could read them."""
    if place and is_uri(place) and "@" in place:
        raise UserError(f"{name}: keys do not belong into a URI; put them into a Kubernetes secret, and use --secret")


def run_values(package: Package, flags: argparse.Namespace) -> dict[str, Any]:
    """Returns the parameters of a run that the flags set.

    Args:
        package: The pipeline; it declares the parameters.
        flags: Of `submit` or `schedule`.

    Raises:
        UserError: If there is no such parameter, or its value is of another type.
    """
    known = package.pipeline["root"].get("inputDefinitions", {}).get("parameters", {})
    given = {name: getattr(flags, name) for name in _ON_VOLUME if getattr(flags, name) is not None}
    values: dict[str, Any] = {}
    for assignment in [*(f"{name}={value}" for name, value in given.items()), *flags.param]:
        name, separator, text = assignment.partition("=")
        if not separator or name not in known:
            raise UserError(f"--param {assignment}: write it as NAME=VALUE; the names are {', '.join(sorted(known))}")
        _refuse_keys(name, text)
        values[name] = _typed(name, text, known[name]["parameterType"])
    return values


def _typed(name: str, text: str, kind: str) -> str | int | float:
    converters: Mapping[str, type[int] | type[float] | type[str]] = {"NUMBER_INTEGER": int, "NUMBER_DOUBLE": float}
    try:
        value = converters.get(kind, str)(text)
        # JSON has neither infinities nor NaN.
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError
        return value
    except ValueError:
        wanted = "a whole number" if kind == "NUMBER_INTEGER" else "a number"
        raise UserError(f"--param {name}={text}: give {wanted}") from None


def cron_fields(text: str) -> str:
    """Returns a schedule in Kubeflow's six fields, the seconds first.

    Args:
        text: Five fields, as cron has them, or six.

    Raises:
        UserError: If there are more or fewer, or a field has something else than cron's signs.
    """
    fields = text.split()
    if len(fields) not in {5, 6} or not all(_CRON_FIELD.fullmatch(field) for field in fields):
        raise UserError(
            f"--cron {text!r}: give five fields as cron has them, such as '0 3 * * *' for every night at three"
        )
    return " ".join(["0", *fields] if len(fields) == 5 else fields)
