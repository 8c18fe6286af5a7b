"""What a Kubeflow Pipelines server keeps, and how it answers each request that this project makes."""

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.pipeline.kubeflow.fake_api_models import Json, parameter_mismatches, uploaded_spec
from tests.pipeline.kubeflow.fake_api_request import Malformed, Refused, Request

API = "/apis/v2beta1"
PAGE_KEYS = frozenset({"page_token", "page_size", "sort_by", "filter"})

Script = list[tuple[str, Mapping[str, str]]]


@dataclass
class Store:
    """A server's content; `script` is what a run goes through, a state of it and of its steps at each look."""

    namespaces: frozenset[str] = frozenset()
    script: Script = field(default_factory=lambda: [("PENDING", {})])
    pipelines: dict[str, Json] = field(default_factory=dict)
    versions: dict[str, Json] = field(default_factory=dict)
    specs: dict[str, Json] = field(default_factory=dict)
    experiments: dict[str, Json] = field(default_factory=dict)
    runs: dict[str, Json] = field(default_factory=dict)
    schedules: dict[str, Json] = field(default_factory=dict)
    terminated: list[str] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def answer(self, request: Request) -> tuple[str, Json]:
        """Returns the answer, and the model that it is of."""
        for method, pattern, model, handler in _ROUTES:
            found = re.fullmatch(f"{API}/{pattern}", request.path)
            if found and method == request.method:
                request = Request(**{**vars(request), "ids": found.groups()})
                return model, handler(self, request)
        raise Malformed(f"{request.method} {request.path}: no such endpoint")

    def healthz(self, request: Request) -> Json:
        request.allow()
        # Protobuf's JSON leaves out what is false.
        return {"multi_user": True} if self.namespaces else {}

    def list_pipelines(self, request: Request) -> Json:
        request.allow(*PAGE_KEYS, "namespace")
        self._authorize(request.query.get("namespace"))
        return _listed("pipelines", self.pipelines, request)

    def create_pipeline(self, request: Request) -> Json:
        body = request.json("V2beta1Pipeline")
        self._authorize(body.get("namespace"))
        if body["display_name"] in _names(self.pipelines):
            raise Refused(409, f"The name {body['display_name']} already exists")
        return self._keep(self.pipelines, "pipeline", body)

    def list_versions(self, request: Request) -> Json:
        request.allow(*PAGE_KEYS)
        pipeline = _referenced(self.pipelines, request.ids[0])["pipeline_id"]
        own = {key: each for key, each in self.versions.items() if each["pipeline_id"] == pipeline}
        return _listed("pipeline_versions", own, request)

    def upload_version(self, request: Request) -> Json:
        request.allow("name", "pipelineid", "description")
        pipeline = _referenced(self.pipelines, request.query.get("pipelineid", ""))
        try:
            spec = uploaded_spec(request.content_type, request.body)
        except Exception as error:
            raise Malformed(f"{request.path}: {error}") from None
        body = {"pipeline_id": pipeline["pipeline_id"], "display_name": request.query["name"]}
        version = self._keep(self.versions, "pipeline_version", body)
        self.specs[version["pipeline_version_id"]] = spec
        return version

    def list_experiments(self, request: Request) -> Json:
        request.allow(*PAGE_KEYS, "namespace")
        self._authorize(request.query.get("namespace"))
        return _listed("experiments", self.experiments, request)

    def create_experiment(self, request: Request) -> Json:
        body = request.json("V2beta1Experiment")
        self._authorize(body.get("namespace"))
        return self._keep(self.experiments, "experiment", body)

    def get_experiment(self, request: Request) -> Json:
        return _found(self.experiments, request.ids[0])

    def create_run(self, request: Request) -> Json:
        return self._keep(self.runs, "run", self._checked(request.json("V2beta1Run")))

    def get_run(self, request: Request) -> Json:
        run = _found(self.runs, request.ids[0])
        state, steps = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        details = [{"display_name": name, "state": step, "run_id": run["run_id"]} for name, step in steps.items()]
        return {**run, "state": state, "run_details": {"task_details": details}}

    def terminate_run(self, request: Request) -> Json:
        self.terminated.append(_found(self.runs, request.ids[0])["run_id"])
        return {}

    def list_schedules(self, request: Request) -> Json:
        request.allow(*PAGE_KEYS, "namespace", "experiment_id")
        experiment = request.query.get("experiment_id")
        own = {key: each for key, each in self.schedules.items() if each["experiment_id"] == experiment}
        return _listed("recurringRuns", own, request)

    def create_schedule(self, request: Request) -> Json:
        body = request.json("V2beta1RecurringRun")
        if len(body["trigger"]["cron_schedule"]["cron"].split()) != 6:
            raise Malformed(f"{request.path}: {body['trigger']}: six fields are wanted")
        # As the real server answers: an int64 is a string.
        kept = {**self._checked(body), "max_concurrency": str(body["max_concurrency"])}
        return self._keep(self.schedules, "recurring_run", kept)

    def _checked(self, body: Json) -> Json:
        """Refuses a run of what is not there, or with other parameters than its pipeline's."""
        reference = body["pipeline_version_reference"]
        _referenced(self.experiments, body["experiment_id"])
        version = _referenced(self.versions, reference["pipeline_version_id"])
        if version["pipeline_id"] != reference["pipeline_id"]:
            raise Malformed(f"{reference}: the version is another pipeline's")
        parameters = body["runtime_config"].get("parameters", {})
        if found := list(parameter_mismatches(parameters, self.specs[version["pipeline_version_id"]])):
            raise Malformed("; ".join(found))
        return body

    def _authorize(self, namespace: str | None) -> None:
        if self.namespaces and namespace not in self.namespaces:
            raise Refused(403, f"Unauthorized access: PermissionDenied: User is not authorized in '{namespace}'")

    def _keep(self, kept: dict[str, Json], kind: str, body: Json) -> Json:
        identity = f"{kind}-{next(self._numbers)}"
        kept[identity] = {**body, f"{kind}_id": identity}
        return kept[identity]


def _names(kept: Mapping[str, Json]) -> list[str]:
    return [each["display_name"] for each in kept.values()]


def _found(kept: Mapping[str, Json], identity: str) -> Json:
    if identity not in kept:
        raise Refused(404, f"ResourceNotFoundError: {identity} not found")
    return kept[identity]


def _referenced(kept: Mapping[str, Json], identity: str) -> Json:
    """Returns what a request refers to: it is this project that has the identity from an earlier answer."""
    try:
        return _found(kept, identity)
    except Refused as error:
        raise Malformed(str(error)) from None


def _listed(key: str, kept: Mapping[str, Json], request: Request) -> Json:
    """Returns a page of what has the name that the filter asks for; without a match, the key is left out."""
    predicates = Request("GET", request.path, {}, request.query["filter"].encode()).json("V2beta1Filter")["predicates"]
    # The client's own filters have the number of the operation.
    if [(each["operation"] in {"EQUALS", 1}, each["key"]) for each in predicates] != [(True, "display_name")]:
        raise Malformed(f"{request.path}: {predicates}: the name is what this server finds by")
    wanted = predicates[0]["stringValue"]
    found = [each for each in kept.values() if each["display_name"] == wanted]
    return {key: found, "total_size": len(found)} if found else {}


_Handler = Callable[[Store, Request], Json]
_ROUTES: tuple[tuple[str, str, str, _Handler], ...] = (
    ("GET", "healthz", "V2beta1GetHealthzResponse", Store.healthz),
    ("GET", "pipelines", "V2beta1ListPipelinesResponse", Store.list_pipelines),
    ("POST", "pipelines", "V2beta1Pipeline", Store.create_pipeline),
    ("GET", "pipelines/([^/:]+)/versions", "V2beta1ListPipelineVersionsResponse", Store.list_versions),
    ("POST", "pipelines/upload_version", "V2beta1PipelineVersion", Store.upload_version),
    ("GET", "experiments", "V2beta1ListExperimentsResponse", Store.list_experiments),
    ("POST", "experiments", "V2beta1Experiment", Store.create_experiment),
    ("GET", "experiments/([^/:]+)", "V2beta1Experiment", Store.get_experiment),
    ("POST", "runs", "V2beta1Run", Store.create_run),
    ("GET", "runs/([^/:]+)", "V2beta1Run", Store.get_run),
    ("POST", "runs/([^/:]+):terminate", "object", Store.terminate_run),
    ("GET", "recurringruns", "V2beta1ListRecurringRunsResponse", Store.list_schedules),
    ("POST", "recurringruns", "V2beta1RecurringRun", Store.create_schedule),
)
