"""All bounds of the server, in one place; whoever meets one is told which it is."""

from dataclasses import dataclass

from core.features import MAX_PIXELS


@dataclass(frozen=True)
class Limits:
    """What a client may ask for, and what the server does at a time.

    Attributes:
        body_bytes: Of a request; base64 makes a photo a third larger.
        photos: In a request.
        pixels: Of all photos of a request together; decoded, each takes up to four bytes.
        seconds: Until a request has come in, and again until it is answered.
        requests: Predictions and corrections at a time; one more is answered with 429.
        connections: At a time; one more is answered with 503.
        batch_photos: That the model reads in one go.
        batch_seconds: That a photo waits for others to be read with.
        versions: The latest that are served; each takes some 100 MB.
        poll_seconds: Between looks at the folder of versions.
        drain_seconds: That requests have to end in after SIGTERM.
        kept_photos: In the folder of corrections.
    """

    body_bytes: int = 16 * 2**20
    photos: int = 128
    pixels: int = MAX_PIXELS
    seconds: float = 30.0
    requests: int = 128
    connections: int = 1024
    batch_photos: int = 64
    batch_seconds: float = 0.002
    versions: int = 2
    poll_seconds: float = 1.0
    drain_seconds: int = 25
    kept_photos: int = 100_000
