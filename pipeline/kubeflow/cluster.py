"""A Kubeflow Pipelines server, by its own client; importing this module imports `kfp`."""

import contextlib
import io
import json
import logging
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kfp
import kfp_server_api

from core.buckets import without_query
from core.errors import UserError
from pipeline.kubeflow.answers import NO_ANSWER, answering, given
from pipeline.kubeflow.api import Api


@dataclass(frozen=True)
class Version:
    """A version of the pipeline on a server."""

    pipeline_id: str
    version_id: str


@dataclass(frozen=True)
class Job:
    """What is to be run.

    Attributes:
        name: For people.
        experiment: The experiment's name; made where it does not exist.
        parameters: Of the run.
        pipeline_root: Where Kubeflow keeps the artifacts; None for the server's default.
        service_account: Kubernetes's, that the pods act as; None for the server's default.
    """

    name: str
    experiment: str
    parameters: Mapping[str, Any]
    pipeline_root: str | None = None
    service_account: str | None = None


class Cluster:
    """The requests that this project makes of a server; each raises `UserError` where it fails."""

    def __init__(self, host: str, namespace: str | None, token: str | None):
        """Connects.

        Args:
            host: The server's address; https where it has no scheme.
            namespace: Of a server for several users.
            token: Bearer token; None where none is needed.

        Raises:
            UserError: If the server cannot be reached, or refuses the token.
        """
        self.host = (host if "://" in host else f"https://{host}").rstrip("/")
        # A user before an @ may hold a password.
        self._shown = without_query(self.host)
        self._namespace = namespace
        with self._asking("ask for its health"):
            self._api = Api(self.host, token)
            health = self._api.health()
        if health.multi_user and not namespace:
            raise UserError(f"{self._shown}: serves several users; say whose pipelines with --namespace")
        with self._asking("connect"):
            self._client = kfp.Client(host=self.host, namespace=namespace or "kubeflow", existing_token=token)

    def upload(self, package: Path, name: str, version: str) -> Version:
        """Uploads a package as a version of a pipeline, unless the server has it under that name.

        Args:
            package: The compiled pipeline's file.
            name: The pipeline's.
            version: The version's.
        """
        with self._asking(f"upload {package.name}"):
            pipeline = self._named(
                "pipelines", self._client.list_pipelines(namespace=self._namespace, filter=_equals(name))
            )
            if pipeline is None:
                pipeline = self._api.create_pipeline(name, self._namespace)
            pipeline_id = given(pipeline.pipeline_id)
            there = self._client.list_pipeline_versions(pipeline_id, filter=_equals(version))
            known = self._named("pipeline_versions", there)
            if known is None:
                known = self._client.upload_pipeline_version(str(package), version, pipeline_id=pipeline_id)
            return Version(pipeline_id, given(known.pipeline_version_id))

    def run(self, version: Version, job: Job) -> str:
        """Starts a run; returns its id."""
        experiment = self._experiment(job.experiment)
        with self._asking("start a run"):
            run = self._client.run_pipeline(
                experiment_id=experiment,
                job_name=job.name,
                params=dict(job.parameters),
                pipeline_id=version.pipeline_id,
                version_id=version.version_id,
                pipeline_root=job.pipeline_root,
                service_account=job.service_account,
            )
            return given(run.run_id)

    def schedule(self, version: Version, job: Job, cron: str) -> str:
        """Makes a recurring run; returns its id.

        Args:
            version: What is run.
            job: Its name must be new in the experiment.
            cron: When, in six fields, the seconds first.
        """
        experiment = self._experiment(job.experiment)
        with self._asking("schedule runs"):
            there = self._client.list_recurring_runs(experiment_id=experiment, filter=_equals(job.name))
            if self._named("recurring_runs", there) is not None:
                advice = "choose another --name, or delete it in the UI"
                raise UserError(f"{self._shown}: {job.experiment} has a schedule {job.name!r}; {advice}")
            made = self._client.create_recurring_run(
                experiment_id=experiment,
                job_name=job.name,
                params=dict(job.parameters),
                pipeline_id=version.pipeline_id,
                version_id=version.version_id,
                cron_expression=cron,
                # One at a time: two runs would push to one folder.
                max_concurrency=1,
                no_catchup=True,
                pipeline_root=job.pipeline_root,
                service_account=job.service_account,
            )
            return given(made.recurring_run_id)

    def get_run(self, run_id: str) -> kfp_server_api.V2beta1Run:
        """Returns a run as it is now."""
        with self._asking(f"look up the run {run_id}"):
            run = self._client.get_run(run_id)
            given(run.run_id)
            return run

    def cancel(self, run_id: str) -> None:
        """Ends a run."""
        with self._asking(f"cancel the run {run_id}"):
            if not isinstance(self._client.terminate_run(run_id), dict):
                raise ValueError(NO_ANSWER)

    def run_link(self, run_id: str) -> str:
        """Returns where a browser finds a run."""
        return f"{self._shown}/#/runs/details/{run_id}"

    def schedule_link(self, schedule_id: str) -> str:
        """Returns where a browser finds a recurring run."""
        return f"{self._shown}/#/recurringrun/details/{schedule_id}"

    def _experiment(self, name: str) -> str:
        with self._asking(f"find or make the experiment {name}"):
            return given(self._client.create_experiment(name, namespace=self._namespace).experiment_id)

    @staticmethod
    def _named(kind: str, answer: Any) -> Any:
        found = getattr(answer, kind) or []
        return found[0] if found else None

    @contextlib.contextmanager
    def _asking(self, doing: str) -> Any:
        # The client prints links and logs what it will raise.
        logging.disable(logging.CRITICAL)
        try:
            with answering(self._shown, doing), contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        finally:
            logging.disable(logging.NOTSET)


def _equals(name: str) -> str:
    return json.dumps({"predicates": [{"operation": "EQUALS", "key": "display_name", "stringValue": name}]})
