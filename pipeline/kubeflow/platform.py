"""The second document of a compiled pipeline: volumes and secrets, which are Kubernetes's and not the pipeline's."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from core.errors import UserError

_KUBERNETES_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Volume:
    """A persistent volume claim, mounted into every step.

    Attributes:
        claim: The claim's name; several pods must be able to mount it.
        path: Where it is mounted.
    """

    claim: str
    path: str


@dataclass(frozen=True)
class SecretVariable:
    """A key of a Kubernetes secret that every step finds in its environment.

    Attributes:
        secret: The secret's name.
        key: Within the secret.
        variable: In the environment.
    """

    secret: str
    key: str
    variable: str


def parse_volume(text: str) -> Volume:
    """Returns the volume of `NAME:PATH`.

    Raises:
        UserError: If it has another form.
    """
    claim, _, path = text.partition(":")
    if not _KUBERNETES_NAME.fullmatch(claim) or not PurePosixPath(path).is_absolute() or path == "/":
        raise UserError(
            f"--pvc {text}: write it as NAME:PATH, a claim and an absolute path, such as letters:/mnt/letters"
        )
    return Volume(claim, path.rstrip("/"))


def parse_secret(text: str) -> SecretVariable:
    """Returns the secret of `NAME:KEY=VARIABLE`.

    Raises:
        UserError: If it has another form.
    """
    name, _, rest = text.partition(":")
    key, _, variable = rest.partition("=")
    if not _KUBERNETES_NAME.fullmatch(name) or not key or not _VARIABLE.fullmatch(variable):
        # Not the text itself: whoever misreads the flag may have written the secret there.
        raise UserError("--secret: write it as NAME:KEY=VARIABLE, such as minio:accesskey=AWS_ACCESS_KEY_ID")
    return SecretVariable(name, key, variable)


def platform_spec(
    executors: Iterable[str], volumes: Iterable[Volume], secrets: Iterable[SecretVariable]
) -> dict[str, Any] | None:
    """Returns the platform document, None where nothing is asked for.

    Args:
        executors: Labels of the steps' executors.
        volumes: For all of them.
        secrets: For all of them.
    """
    wishes = {"pvcMount": [_mount(each) for each in volumes], "secretAsEnv": [_variable(each) for each in secrets]}
    asked = {key: value for key, value in wishes.items() if value}
    if not asked:
        return None
    return {"platforms": {"kubernetes": {"deploymentSpec": {"executors": dict.fromkeys(sorted(executors), asked)}}}}


def _mount(volume: Volume) -> dict[str, Any]:
    # Later backends prefer `pvcNameParameter`, and still take this; to 2.0's driver that is an unknown field.
    return {"constant": volume.claim, "mountPath": volume.path}


def _variable(secret: SecretVariable) -> dict[str, Any]:
    return {
        "secretName": secret.secret,
        "keyToEnv": [{"secretKey": secret.key, "envVar": secret.variable}],
    }
