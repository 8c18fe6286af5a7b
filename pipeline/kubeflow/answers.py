"""What a Kubeflow server's refusals, and its silence, mean for the person at the command line."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import kfp_server_api
import urllib3
from kfp_server_api.rest import RESTClientObject

from core.errors import UserError

# Of one request, in seconds; the client itself would wait for ever. It tries four times where nobody answers.
TIMEOUT_S = 20.0

_MEANINGS = {
    401: "who you are is not known; give a valid token with --token-env",
    403: "you may not do this; check the token of --token-env, and --namespace",
    404: "not found; check the id, and the address",
    409: "already there; try again, or choose another --name",
}
NO_ANSWER = "what comes is no answer of Kubeflow Pipelines; check the address, and the token of --token-env"


@contextmanager
def answering(host: str, doing: str) -> Iterator[None]:
    """Turns what goes wrong with a request into one line.

    Args:
        host: The server's address.
        doing: What the request is for, as in "list the pipelines".

    Raises:
        UserError: If the server cannot be reached, or refuses.
    """
    try:
        with _bounded():
            yield
    except kfp_server_api.ApiException as error:
        raise UserError(f"{host}: cannot {doing}: {refusal(error)}") from None
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise UserError(
            f"{host}: cannot {doing}: no answer ({_cause(error)}); is the address right, and the port forwarded?"
        ) from None
    except ValueError as error:
        # How `kfp.Client` tells some refusals.
        raise UserError(f"{host}: cannot {doing}: {_first_line(str(error))}") from None


def given(identity: str | None) -> str:
    """Returns an identity that an answer has.

    Raises:
        ValueError: If it has none: what the client cannot read, such as a login page, is to it an empty answer.
    """
    if not identity:
        raise ValueError(NO_ANSWER)
    return identity


def refusal(error: kfp_server_api.ApiException) -> str:
    """Returns what a refusal says, in a line: its meaning, and the server's own words."""
    meaning = _MEANINGS.get(error.status, f"the server answers {error.status} {error.reason}")
    if error.status >= 500:
        meaning += "; try again later, or look at its log"
    words = _words(error.body)
    return f"{meaning} ({words})" if words else meaning


@contextmanager
def _bounded() -> Iterator[None]:
    # `kfp.Client` has no setting for it, and tells every request to wait for ever, whatever the socket's default.
    request = RESTClientObject.request

    def bounded(self: RESTClientObject, *arguments: Any, _request_timeout: Any = None, **named: Any) -> Any:
        return request(self, *arguments, _request_timeout=_request_timeout or (TIMEOUT_S, TIMEOUT_S), **named)

    RESTClientObject.request = bounded
    try:
        yield
    finally:
        RESTClientObject.request = request


def _words(body: str | bytes | None) -> str:
    try:
        answer = json.loads(body or "")
    except ValueError:
        # A page of some proxy.
        return ""
    if not isinstance(answer, dict):
        return ""
    # The last is how uploads are refused.
    return _first_line(str(answer.get("message") or answer.get("error") or answer.get("error_message") or ""))


def _cause(error: BaseException) -> str:
    while True:
        deeper = getattr(error, "reason", None)
        if not isinstance(deeper, BaseException):
            return type(error).__name__
        error = deeper


def _first_line(text: str) -> str:
    return " ".join((text.strip().splitlines() or [""])[0].split())[:200]
