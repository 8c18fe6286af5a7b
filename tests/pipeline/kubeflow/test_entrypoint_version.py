"""A step refuses an image whose TFX is not the one that compiled it, before TFX is imported."""

import importlib.metadata

import pytest

from console.exit_status import ExitStatus
from pipeline.kubeflow.entrypoint import main
from pipeline.kubeflow.flags import CLASS_FLAG, INPUTS_FLAG, INVOCATION_FLAG, OUTPUTS_FLAG, STEP_FLAG, TFX_FLAG

WORDS = [
    f"{STEP_FLAG}=Trainer",
    f"{CLASS_FLAG}=no.such.Executor",
    f"{INVOCATION_FLAG}={{}}",
    f"{INPUTS_FLAG}={{}}",
    f"{OUTPUTS_FLAG}={{}}",
]


def test_another_tfx_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    here = importlib.metadata.version("tfx")
    assert main([f"{TFX_FLAG}=1.2.3", *WORDS]) == ExitStatus.USER_ERROR
    assert capsys.readouterr().err == (
        f"Trainer: the pipeline was compiled with TFX 1.2.3 and the image has TFX {here}; compile it with TFX {here}, "
        "or build the image with 'make image TFX=1.2'\n"
    )


def test_the_same_tfx_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[str] = []
    monkeypatch.setattr("pipeline.kubeflow.entrypoint._run", lambda flags, *_: reached.append(flags.step))
    assert main([f"{TFX_FLAG}={importlib.metadata.version('tfx')}", *WORDS]) == ExitStatus.DONE
    assert reached == ["Trainer"]


def test_a_pipeline_of_before_the_flag_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(WORDS)
    assert ended.value.code == ExitStatus.USER_ERROR
    assert TFX_FLAG in capsys.readouterr().err
