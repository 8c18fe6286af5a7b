"""What can be watched of a server, in Prometheus's form."""

import numpy as np
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from core.features import SERVING_SIGNATURE
from server.batches import Answer

NO_LETTER = "none"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_PROBABILITIES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)


class Metrics:
    """Counts of one server; that of letters and probabilities shows when what is asked about drifts."""

    def __init__(self) -> None:
        """Makes them, all zero."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter("letters_requests", "Requests", ["what", "status"], registry=self._registry)
        self._seconds = Histogram(
            "letters_request_seconds", "Time to answer", ["what"], buckets=_SECONDS, registry=self._registry
        )
        self._letters = Counter("letters_answered", "Letters answered", ["version", "letter"], registry=self._registry)
        self._probabilities = Histogram(
            "letters_probability",
            "Probabilities of the letters answered",
            ["version"],
            buckets=_PROBABILITIES,
            registry=self._registry,
        )
        self.working = Gauge("letters_requests_in_progress", "Predictions and corrections", registry=self._registry)

    def request(self, what: str, status: int, seconds: float) -> None:
        """Counts a request."""
        self._requests.labels(what, str(status)).inc()
        self._seconds.labels(what).observe(seconds)

    def answer(self, version: int, signature: str, answer: Answer) -> None:
        """Counts what was read."""
        if signature != SERVING_SIGNATURE:
            return
        for letter, probability in zip(answer["letter"], np.asarray(answer["probability"], float), strict=True):
            self._letters.labels(str(version), letter.decode() or NO_LETTER).inc()
            if letter:
                self._probabilities.labels(str(version)).observe(probability)

    def shown(self) -> bytes:
        """Returns all of them, as Prometheus reads them."""
        return generate_latest(self._registry)
