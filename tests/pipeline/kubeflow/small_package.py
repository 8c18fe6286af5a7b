"""The small run of the end-to-end tests, compiled for Kubeflow."""

from typing import TYPE_CHECKING

from console.keras_version import use_keras_3

if TYPE_CHECKING:
    from pipeline.kubeflow.package import Package

VOLUME = "/mnt/letters"


def compiled_small(*overrides: str) -> "Package":
    """Compiles with places on a volume, a secret, and the small run's settings."""
    use_keras_3()
    # Here, since these import TFX, which imports Keras.
    from pipeline.kubeflow.compile import CompileRequest, compile_package
    from pipeline.kubeflow.platform import SecretVariable, Volume
    from tests.tiny_run import tiny_config

    return compile_package(
        CompileRequest(
            tiny_config(*overrides),
            image="registry.example/letters:1",
            data=f"{VOLUME}/data",
            serving=f"{VOLUME}/serving_model",
            training_state=f"{VOLUME}/training",
            volumes=[Volume("letters", VOLUME)],
            secrets=[SecretVariable("minio", "accesskey", "AWS_ACCESS_KEY_ID")],
        )
    )
