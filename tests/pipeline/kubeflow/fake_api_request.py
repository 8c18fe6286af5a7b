"""A request to the fake of Kubeflow's API, and the refusals of one."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.pipeline.kubeflow.fake_api_models import Json, mismatches, parsed


class Refused(Exception):
    """A refusal as the real server gives it, with its HTTP status."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


class Malformed(Refused):
    """A request that no server would understand: the fault of this project, never of its user."""

    def __init__(self, message: str):
        super().__init__(400, message)


@dataclass(frozen=True)
class Request:
    """A request; `ids` are those of its path."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes
    content_type: str = ""
    ids: tuple[str, ...] = ()

    def json(self, model: str) -> Json:
        """Returns the body, which must be of a model."""
        try:
            value = parsed(self.body)
        except ValueError as error:
            raise Malformed(f"{self.path}: {error}") from None
        if found := list(mismatches(value, model)):
            raise Malformed(f"{self.path}: {'; '.join(found)}")
        return value

    def allow(self, *keys: str) -> None:
        """Refuses a query with other keys."""
        if unknown := set(self.query) - set(keys):
            raise Malformed(f"{self.path}: unknown in the query: {sorted(unknown)}")
