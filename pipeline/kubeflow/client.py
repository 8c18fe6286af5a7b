"""A Kubeflow Pipelines server, by kfp's own client; importing this module imports `kfp`."""

import contextlib
import io
import json
import logging
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kfp
import kfp_server_api
import urllib3
from kfp_server_api.rest import RESTClientObject

from core.buckets import without_query
from core.errors import UserError

# Of one request, in seconds. urllib3 tries four times where nobody answers.
TIMEOUT_S = 20.0
_NO_ANSWER = "what comes is no answer of Kubeflow Pipelines; check the address, and the token of --token-env"
_MEANINGS = {
    401: "who you are is not known; give a valid token with --token-env",
    403: "you may not do this; check the token of --token-env, and --namespace",
    404: "not found; check the id, and the address",
    409: "already there; try again, or choose another --name",
}


class Cluster:
    """The requests that this project makes of a server; each raises `UserError` where it fails."""

    def __init__(self, host: str, namespace: str | None, token: str | None, proxy: str | None = None):
        """Connects to a server, by https where its address has no scheme, with a bearer token where one is needed.

        Raises:
            UserError: If the server cannot be reached, or refuses the token.
        """
        host = (host if "://" in host else f"https://{host}").rstrip("/")
        # A user before an @ may hold a password.
        self._shown = without_query(host)
        self._namespace = namespace
        # Where the pods are.
        self.namespace = namespace or "kubeflow"
        with self._asking("ask for its health"):
            if _health(host, token, proxy).multi_user and not namespace:
                raise UserError(f"{self._shown}: serves several users; say whose pipelines with --namespace")
            self._client = kfp.Client(host=host, namespace=self.namespace, existing_token=token, proxy=proxy)

    def upload(self, package: Path, name: str, version: str) -> dict[str, str]:
        """Uploads a compiled pipeline's file as a version of a pipeline, unless the server has it under that name.

        Returns:
            The identities of both, as the client's `run_pipeline` takes them.
        """
        client, namespace = self._client, self._namespace
        with self._asking(f"upload {package.name}"):
            found = client.list_pipelines(namespace=namespace, filter=_named(name)).pipelines
            # Names its own first version after the pipeline.
            pipeline = found[0] if found else client.upload_pipeline(str(package), name, namespace=namespace)
            pipeline_id = _given(pipeline.pipeline_id)
            there = client.list_pipeline_versions(pipeline_id, filter=_named(version)).pipeline_versions
            made = there[0] if there else client.upload_pipeline_version(str(package), version, pipeline_id)
            return {"pipeline_id": pipeline_id, "version_id": _given(made.pipeline_version_id)}

    def run(self, experiment: str, job: Mapping[str, Any]) -> str:
        """Starts a run of what the client's `run_pipeline` takes; returns its id.

        An experiment of that name is made where there is none.
        """
        experiment_id = self._experiment(experiment)
        with self._asking("start a run"):
            return _given(self._client.run_pipeline(experiment_id, **job).run_id)

    def schedule(self, experiment: str, job: Mapping[str, Any], cron: str) -> str:
        """Makes a recurring run; returns its id.

        Args:
            experiment: See `run`.
            job: See `run`; its name must be new in the experiment.
            cron: When, in six fields, the seconds first.
        """
        experiment_id, name = self._experiment(experiment), job["job_name"]
        with self._asking("schedule runs"):
            if self._client.list_recurring_runs(experiment_id=experiment_id, filter=_named(name)).recurring_runs:
                advice = "choose another --name, or delete it in the UI"
                raise UserError(f"{self._shown}: {experiment} has a schedule {name!r}; {advice}")
            # One at a time: two runs would push to one folder.
            made = self._client.create_recurring_run(
                experiment_id, **job, cron_expression=cron, max_concurrency=1, no_catchup=True
            )
            return _given(made.recurring_run_id)

    def get_run(self, run_id: str) -> kfp_server_api.V2beta1Run:
        """Returns a run as it is now."""
        with self._asking(f"look up the run {run_id}"):
            run = self._client.get_run(run_id)
            _given(run.run_id)
            return run

    def pipeline_of(self, run: kfp_server_api.V2beta1Run) -> dict[str, Any]:
        """Returns the specification of a run's pipeline; an empty one where the server has it no more."""
        version = run.pipeline_version_reference
        if not version:
            return {}
        with contextlib.suppress(UserError), self._asking("look up the pipeline"):
            found = self._client.get_pipeline_version(version.pipeline_id, version.pipeline_version_id)
            spec = found.pipeline_spec or {}
            # Beside it where it has volumes or secrets.
            return dict(spec.get("pipeline_spec", spec))
        return {}

    def cancel(self, run_id: str) -> None:
        """Ends a run."""
        with self._asking(f"cancel the run {run_id}"):
            self._client.terminate_run(run_id)

    def link(self, kind: str, identity: str) -> str:
        """Returns where a browser finds a run (`runs`) or a schedule (`recurringrun`)."""
        return f"{self._shown}/#/{kind}/details/{identity}"

    def _experiment(self, name: str) -> str:
        with self._asking(f"find or make the experiment {name}"):
            return _given(self._client.create_experiment(name, namespace=self._namespace).experiment_id)

    @contextlib.contextmanager
    def _asking(self, doing: str) -> Iterator[None]:
        """Turns what goes wrong with requests into one line, and keeps the client quiet."""
        # It prints links, and logs what it will raise.
        logging.disable(logging.CRITICAL)
        try:
            with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(), _bounded():
                warnings.simplefilter("ignore")
                yield
        except kfp_server_api.ApiException as error:
            reason = _refusal(error)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            reason = f"no answer ({_cause(error)}); is the address right, and the port forwarded?"
        except ValueError as error:
            # How `kfp.Client` tells some refusals.
            reason = _first_line(str(error))
        else:
            return
        finally:
            logging.disable(logging.NOTSET)
        raise UserError(f"{self._shown}: cannot {doing}: {reason}")


def _health(host: str, token: str | None, proxy: str | None) -> Any:
    # By its path: `kfp.Client` asks five times, five seconds apart, whatever the server says, and tells nothing of it.
    configuration = kfp_server_api.Configuration(host=host)
    configuration.proxy = proxy
    if token:
        configuration.api_key["authorization"] = token
        configuration.api_key_prefix["authorization"] = "Bearer"
    answer, _, headers = kfp_server_api.ApiClient(configuration).call_api(
        "/apis/v2beta1/healthz",
        "GET",
        header_params={"Accept": "application/json"},
        response_type="V2beta1GetHealthzResponse",
        auth_settings=["Bearer"],
    )
    if "json" not in headers.get("Content-Type", ""):
        raise ValueError(_NO_ANSWER)
    return answer


def _named(name: str) -> str:
    return json.dumps({"predicates": [{"operation": "EQUALS", "key": "display_name", "stringValue": name}]})


def _given(identity: str | None) -> str:
    """Returns an identity that an answer has: what the client cannot read, such as a login page, is an empty one."""
    if not identity:
        raise ValueError(_NO_ANSWER)
    return identity


@contextlib.contextmanager
def _bounded() -> Iterator[None]:
    # The client has no setting for it, and tells every request to wait for ever, whatever the socket's default: without
    # this, a forwarded port whose pod has gone holds a command until somebody presses Ctrl-C.
    request = RESTClientObject.request

    def bounded(self: RESTClientObject, *arguments: Any, _request_timeout: Any = None, **named: Any) -> Any:
        return request(self, *arguments, _request_timeout=_request_timeout or (TIMEOUT_S, TIMEOUT_S), **named)

    RESTClientObject.request = bounded
    try:
        yield
    finally:
        RESTClientObject.request = request


def _refusal(error: kfp_server_api.ApiException) -> str:
    """Returns what a refusal means, and the server's own words."""
    meaning = _MEANINGS.get(error.status, f"the server answers {error.status} {error.reason}")
    if error.status >= 500:
        meaning += "; try again later, or look at its log"
    words = ""
    # What is no object in JSON is a page of some proxy.
    with contextlib.suppress(ValueError, AttributeError):
        answer = json.loads(error.body or "")
        # The last is how uploads are refused.
        words = _first_line(str(answer.get("message") or answer.get("error") or answer.get("error_message") or ""))
    return f"{meaning} ({words})" if words else meaning


def _cause(error: BaseException) -> str:
    deeper = getattr(error, "reason", None)
    return _cause(deeper) if isinstance(deeper, BaseException) else type(error).__name__


def _first_line(text: str) -> str:
    return " ".join((text.strip().splitlines() or [""])[0].split())[:200]
