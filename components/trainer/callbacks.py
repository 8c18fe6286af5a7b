"""The callbacks of a training, in the order in which they must be called."""

from pathlib import Path

import keras

from components.settings import TrainSettings
from components.trainer.best_weights import BestWeights
from components.trainer.history import History
from components.trainer.resume import Resume

# Of the eval split: the metric that exists in every Keras is val_accuracy.
MONITOR = "val_accuracy"
# What the best epoch has least of. Accuracy moves by whole photos: its luckiest epoch often comes before the network
# has settled.
BEST = "val_loss"
HISTORY_FILE = "history.csv"
BEST_WEIGHTS_FILE = "best_weights.npz"

_LOWEST_LEARNING_RATE = 1e-5


def build_callbacks(
    settings: TrainSettings, state_folder: Path, log_folder: Path
) -> tuple[list[keras.callbacks.Callback], Resume]:
    """Returns the callbacks, and the one among them that knows where to resume.

    Args:
        settings: Patience and schedule.
        state_folder: Keeps what resuming needs, the best weights and the history among it.
        log_folder: TensorBoard's.
    """
    stateful: list[keras.callbacks.Callback] = [
        BestWeights(state_folder / BEST_WEIGHTS_FILE, BEST),
        keras.callbacks.EarlyStopping(monitor=MONITOR, mode="max", patience=settings.early_stopping_patience),
    ]
    stateful += schedule_callbacks(settings)
    resume = Resume(state_folder / "epoch", stateful)
    return [
        keras.callbacks.TerminateOnNaN(),
        *stateful,
        History(state_folder / HISTORY_FILE),
        keras.callbacks.TensorBoard(str(log_folder), update_freq="epoch"),
        resume,
    ], resume


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
