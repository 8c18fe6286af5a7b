"""The requests that `kfp.Client` has no method for; importing this module imports the API's own client.

By their paths, which are the server's: the clients of kfp 2.5 and 2.16 name the same methods differently.
"""

from typing import Any

import kfp_server_api

from pipeline.kubeflow.answers import NO_ANSWER

_ROOT = "/apis/v2beta1"


class Api:
    """A server's API."""

    def __init__(self, host: str, token: str | None):
        """Connects nowhere yet.

        Args:
            host: The server's address, with its scheme.
            token: Bearer token; None where none is needed.
        """
        configuration = kfp_server_api.Configuration(host=host)
        if token:
            configuration.api_key["authorization"] = token
            configuration.api_key_prefix["authorization"] = "Bearer"
        self._client = kfp_server_api.ApiClient(configuration)

    def health(self) -> kfp_server_api.V2beta1GetHealthzResponse:
        """Returns what the server says of itself; `kfp.Client` asks for it five times, five seconds apart.

        Raises:
            ValueError: If what comes is no answer of such a server.
            kfp_server_api.ApiException: If the server refuses.
        """
        return self._ask("GET", "/healthz", "V2beta1GetHealthzResponse")

    def create_pipeline(self, name: str, namespace: str | None) -> kfp_server_api.V2beta1Pipeline:
        """Makes a pipeline without a version; the client's `upload_pipeline` names the first version after it.

        Args:
            name: The pipeline's.
            namespace: Of a server for several users.

        Raises:
            ValueError: If what comes is no answer of such a server.
            kfp_server_api.ApiException: If the server refuses.
        """
        pipeline = kfp_server_api.V2beta1Pipeline(display_name=name, namespace=namespace)
        return self._ask("POST", "/pipelines", "V2beta1Pipeline", pipeline)

    def _ask(self, method: str, path: str, response_type: str, body: Any = None) -> Any:
        answer, _, headers = self._client.call_api(
            f"{_ROOT}{path}",
            method,
            header_params={"Accept": "application/json", "Content-Type": "application/json"},
            body=body,
            response_type=response_type,
            auth_settings=["Bearer"],
        )
        if "json" not in headers.get("Content-Type", ""):
            raise ValueError(NO_ANSWER)
        return answer
