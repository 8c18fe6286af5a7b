"""The graph: which components there are, in which order they can run, and what waits for what."""

import re

import pytest
from tfx.orchestration import pipeline as tfx_pipeline

from components.settings import BeamSettings
from core.errors import UserError
from pipeline import ids
from pipeline.kubeflow.compile import KUBEFLOW
from pipeline.pipeline import LOCAL, Platform, create_pipeline
from pipeline.places import Places
from pipeline.recipes import default
from schema.curated import CURATED_SCHEMA

PLACES = Places("data", "root", "serving", "training", str(CURATED_SCHEMA))


def _pipeline(platform: Platform = LOCAL) -> tfx_pipeline.Pipeline:
    return create_pipeline(default(), PLACES, enable_cache=True, platform=platform)


def test_components_stand_in_an_order_in_which_they_can_run() -> None:
    for platform in (LOCAL, KUBEFLOW):
        seen: set[str] = set()
        for node in _pipeline(platform).components:
            assert {upstream.id for upstream in node.upstream_nodes} <= seen, node.id
            seen.add(node.id)


def test_training_waits_for_the_gate_and_pushing_for_the_judgement() -> None:
    upstream = {node.id: {each.id for each in node.upstream_nodes} for node in _pipeline().components}
    assert upstream[ids.DATA_GATE] == {ids.DATA_CHECK, ids.DATA_OVERVIEW}
    assert ids.DATA_GATE in upstream["Transform"]
    assert {ids.TRAINER, ids.BASELINE} <= upstream[ids.EVALUATOR]
    assert {ids.TRAINER, ids.EVALUATOR} <= upstream[ids.PUSHER]


def test_kubeflow_has_the_same_graph_another_baseline_and_closing_nodes() -> None:
    local, kubeflow = ({node.id: type(node) for node in _pipeline(each).components} for each in (LOCAL, KUBEFLOW))
    assert set(kubeflow) - set(local) == {ids.DATA_PAGE, ids.RUN_PAGE, "Scores", ids.BLESSING_GATE}
    assert {name for name in local if kubeflow[name] is not local[name]} == {ids.BASELINE}


def test_wrong_option_of_beam_is_told_before_anything_runs() -> None:
    config = default().model_copy(update={"beam": BeamSettings(engine="direct")})
    with pytest.raises(UserError, match="no_such_option"):
        create_pipeline(config, PLACES, enable_cache=True, beam_args=("--no_such_option=1",))


def test_components_have_the_digest_of_their_own_code_among_their_properties(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.pipeline.source_digest", lambda module: f"<{module}>")
    texts = {node.id: str(node.exec_properties) for node in _pipeline().components}
    data_check = "components.data_check.component"
    assert {name: re.findall(r"<(components\..+?)>", text) for name, text in texts.items() if "<comp" in text} == {
        ids.EXAMPLE_GEN: ["components.example_gen.component"],
        ids.DATA_CHECK: [data_check],
        ids.DATA_OVERVIEW: [data_check],
        ids.DATA_GATE: [data_check],
        "Transform": ["components.transform"],
        ids.TRAINER: ["components.trainer.run"],
        ids.INSPECTOR: ["components.inspector.component"],
        ids.EVALUATOR: ["components.evaluator"],
        ids.PUSHER: ["components.pusher.component"],
    }
