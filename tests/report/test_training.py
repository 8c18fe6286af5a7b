"""The curves of a training, and where its learning rate was cut."""

from report.training import rate_steps, training_section
from tests.report.conftest import Known
from tests.report.known_run import history


def test_rate_steps_are_the_epochs_after_a_cut() -> None:
    assert rate_steps(history()) == [4]
    one_cycle = [{"learning_rate": rate} for rate in (0.1, 0.06, 0.03, 0.01)]
    assert rate_steps(one_cycle) == []
    assert rate_steps([]) == []


def test_curves_mark_the_best_epoch_and_have_every_number(full: Known) -> None:
    found = training_section(full[1])
    curves = found["curves"]
    assert "number 3" in curves.says
    assert curves.table.rows[2] == ("3", "70.00%", "80.00%", "1.0000", "0.9000", "0.01")
    assert found["command"] == "tensorboard --logdir /out/artifacts/Trainer/model_run"
