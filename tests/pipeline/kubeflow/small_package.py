"""The small run of the end-to-end tests, compiled for Kubeflow."""

from typing import TYPE_CHECKING

from console.command import use_keras_3

if TYPE_CHECKING:
    from pipeline.kubeflow.package import Package

VOLUME = "/mnt/letters"


def compiled_small(*overrides: str) -> "Package":
    """Compiles with places on a volume, a secret, and the small run's settings."""
    use_keras_3()
    # Here, since these import TFX, which imports Keras.
    from pipeline.kubeflow.compile import compile_package
    from pipeline.kubeflow.pods import Pods, parse_secret, parse_volume
    from pipeline.places import Places
    from tests.tiny_run import tiny_config

    volumes, secrets = [parse_volume(f"letters:{VOLUME}")], [parse_secret("minio:accesskey=AWS_ACCESS_KEY_ID")]
    return compile_package(
        tiny_config(*overrides),
        Places(f"{VOLUME}/data", "", f"{VOLUME}/serving_model", f"{VOLUME}/training", ""),
        Pods("registry.example/letters:1", volumes, secrets),
    )
