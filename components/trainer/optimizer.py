"""The optimiser and the learning rate's schedule."""

import math

import keras

from components.settings import TrainSettings
from components.trainer.history import MONITOR
from components.trainer.muon import Muon

# The last rate of a cycle, relative to its peak.
_FINAL_FRACTION = 1e-3
# Of the reference's plateau schedule.
_LOWEST_LEARNING_RATE = 1e-5


@keras.saving.register_keras_serializable("russian_letters")
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Linear warm-up to a peak, then half a cosine down to almost nothing.

    After L. N. Smith and N. Topin, "Super-convergence" (2018), without the cycle of momentum.
    """

    def __init__(self, peak: float, steps: int, warmup_fraction: float):
        """Makes the schedule.

        Args:
            peak: Highest learning rate.
            steps: Steps of the whole training.
            warmup_fraction: Part of the steps that warm up.
        """
        self.peak = peak
        self.steps = steps
        self.warmup_fraction = warmup_fraction

    def __call__(self, step: int) -> keras.KerasTensor:
        """Returns the rate at `step`, float32 scalar."""
        progress = keras.ops.cast(step, "float32") / self.steps
        warmup = max(self.warmup_fraction, 1.0 / self.steps)
        rising = progress / warmup
        falling = (progress - warmup) / max(1.0 - warmup, 1e-9)
        cosine = 0.5 * (1.0 + keras.ops.cos(math.pi * keras.ops.clip(falling, 0.0, 1.0)))
        fraction = keras.ops.where(rising < 1.0, rising, cosine)
        return self.peak * keras.ops.maximum(fraction, _FINAL_FRACTION)

    def get_config(self) -> dict[str, float | int]:
        """Returns the arguments of the constructor."""
        return {"peak": self.peak, "steps": self.steps, "warmup_fraction": self.warmup_fraction}


def build_optimizer(settings: TrainSettings, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    """Returns the optimiser of a training, its schedule included where that is a function of the step."""
    rate: float | OneCycle = settings.learning_rate
    if settings.schedule == "one_cycle":
        rate = OneCycle(rate, steps_per_epoch * settings.epochs, settings.warmup_fraction)
    if settings.optimizer == "rmsprop":
        return keras.optimizers.RMSprop(rate, rho=0.9, epsilon=1e-8)
    kind = {"adamw": keras.optimizers.AdamW, "muon": Muon}[settings.optimizer]
    optimizer = kind(rate, weight_decay=settings.weight_decay)
    # Biases and batch normalisation have no scale to decay: the network undoes a change of it.
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def schedule_callbacks(settings: TrainSettings) -> list[keras.callbacks.Callback]:
    """Returns what changes the learning rate between epochs: nothing where the schedule is a function of the step."""
    if settings.schedule != "plateau":
        return []
    return [
        keras.callbacks.ReduceLROnPlateau(
            monitor=MONITOR,
            mode="max",
            factor=0.5,
            patience=settings.plateau_patience,
            min_lr=_LOWEST_LEARNING_RATE,
        )
    ]
