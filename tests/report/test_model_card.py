"""The model card: every figure, the limits, and code that can be copied."""

import dataclasses

from report.model_card import model_card
from report.sources import Sources


def test_card_tells_figures_limits_thresholds_and_versions(full: Sources) -> None:
    card = model_card(full)
    assert card.startswith("# Russian letters, version 7\n")
    assert "is by ONE person" in card
    assert "| accuracy | 97.73% (93.53% to 99.22%) |" in card
    assert "| ш | 50.00% (15.00% to 85.00%) | 4 |" in card
    assert "| graph | 100.00% (" in card
    assert "| accuracy of all test photos | 97.73% | 95.00% |" in card
    assert "expected calibration error | 0.40" in card
    assert 'tf.saved_model.load("/out/serving_model/7")' in card
    assert "- tfx 1." in card
    assert "\n\n\n" not in card


def test_model_of_generated_letters_says_so(full: Sources) -> None:
    generated = full.summary | {"data": full.summary["data"] | {"generated": True}}
    card = model_card(dataclasses.replace(full, summary=generated))
    assert "GENERATED letters, not photos" in card
    assert "ONE person" not in card
