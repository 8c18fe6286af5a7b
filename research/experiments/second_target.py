"""The paper as a second target, which might teach the network to tell it from ink."""

import keras
import numpy as np

from components.trainer.model import MembersCrossentropy, ensemble_accuracy, logits_layers
from core.features import BACKGROUNDS

_WEIGHT = 0.3


def with_paper_head(network: keras.Model) -> keras.Model:
    """Returns a model of two outputs, the letters' logits and the paper's, that trains `network` as well."""
    features = logits_layers(network)[0].input
    papers = keras.layers.Dense(len(BACKGROUNDS), name="paper")(features)
    return keras.Model(network.input, {"letters": network.output, "paper": papers})


def compile_with_paper(model: keras.Model, optimizer: keras.optimizers.Optimizer, label_smoothing: float) -> None:
    """Compiles what `with_paper_head` returned."""
    model.compile(
        optimizer=optimizer,
        loss={
            "letters": MembersCrossentropy(label_smoothing),
            "paper": keras.losses.CategoricalCrossentropy(from_logits=True),
        },
        loss_weights={"letters": 1.0, "paper": _WEIGHT},
        metrics={"letters": [ensemble_accuracy()]},
    )


def one_hot_papers(backgrounds: np.ndarray) -> np.ndarray:
    """Returns papers, int64 [n], as float32 [n, 4]; all zero, and so without any loss, where there is none (-1)."""
    return (backgrounds[:, np.newaxis] == np.arange(len(BACKGROUNDS))).astype(np.float32)
