"""The default recipe's network and optimiser can learn: a single batch by heart, in a few steps."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from components.trainer.calibration import predict_logits
from components.trainer.model import MembersCrossentropy, build_model
from components.trainer.optimizer import build_optimizer
from components.trainer.photos import Photos, one_hot
from pipeline.recipes import named
from sample.parameters import ALL_HANDS, Parameters
from sample.photos import draw_squares
from schema.curated import read_labels

PER_LETTER = 2
# Seeds 1 and 2 knew all of the batch after 24 and 28 steps.
STEPS = 40


@pytest.mark.long
def test_default_network_learns_one_batch_by_heart() -> None:
    pixels, class_ids = draw_squares(Parameters(read_labels(), PER_LETTER, 11, ALL_HANDS), workers=1)
    batch = Photos(pixels, one_hot(class_ids, 33), np.zeros(len(pixels), np.int64))
    keras.utils.set_random_seed(1)
    tf.config.experimental.enable_op_determinism()
    network = build_model(named("default").model, 33)
    # The recipe's schedule over epochs of as many steps: the batch is learnt while it still warms up.
    network.compile(build_optimizer(named("default").train, STEPS), MembersCrossentropy())
    x = pixels / np.float32(255)
    losses = [float(network.train_on_batch(x, batch.targets)) for _ in range(STEPS)]
    assert (predict_logits(network, batch, 128).argmax(axis=1) == batch.class_ids).all()
    # Keras gives the mean over all steps so far.
    assert losses[-1] < 0.4 * losses[0]
