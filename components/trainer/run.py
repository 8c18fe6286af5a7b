"""TFX's Trainer calls `run_fn`: load, train, keep the best, export."""

import json
import math
import shutil
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
import tensorflow_transform as tft
from tfx.components.trainer.fn_args_utils import FnArgs

from components.settings import AugmentationSettings, ModelSettings, Settings, TrainSettings
from components.trainer.calibration import calibrate
from components.trainer.dataset import (
    evaluation_batches,
    load_photos,
    open_strategy,
    shared_batches,
    steps_per_epoch,
    training_batches,
    whole_batches,
)
from components.trainer.export import export
from components.trainer.model import MembersCrossentropy, build_model, ensemble_accuracy
from components.trainer.optimizer import build_optimizer, schedule_callbacks
from components.trainer.photos import Mixture, Splits, draw_letters, mix
from components.trainer.pictures import TrainingPictures, sheet
from components.trainer.state import (
    BEST,
    HISTORY_FILE,
    MONITOR,
    REPORT_FILE,
    BestWeights,
    History,
    Resume,
    best_row,
    read_history,
    read_variables,
    state_key,
    training_report,
)
from core.errors import UserError
from core.files import remove_folder, remove_partial
from core.labels import Labels
from schema.curated import read_labels

_BEST_WEIGHTS_FILE = "best_weights.npz"
_STATE_FILE = "epoch.npz"


class TrainerConfig(Settings):
    """Trainer's custom configuration: the settings, where resuming keeps its state, and the code's digest."""

    model: ModelSettings
    augmentation: AugmentationSettings
    train: TrainSettings
    state_root: str
    code_digest: str


def run_fn(fn_args: FnArgs) -> None:
    """Trains a network and exports the best of its epochs.

    Args:
        fn_args: TFX's. `model_run_dir` receives TensorBoard's logs, the history and `REPORT_FILE`.
    """
    config = TrainerConfig.model_validate(fn_args.custom_config)
    labels = read_labels(Path(fn_args.schema_path))
    transform_output = tft.TFTransformOutput(fn_args.transform_output)
    state_root, run_folder = Path(config.state_root), Path(fn_args.model_run_dir)
    state_root.mkdir(parents=True, exist_ok=True)
    remove_partial(state_root)
    run_folder.mkdir(parents=True, exist_ok=True)
    train_photos, eval_photos = (
        load_photos(files, fn_args.data_accessor, transform_output, config.train.memory_mib, state_root)
        # TFX's patterns are of all files, and an engine that began anew may have left some.
        for files in ([f"{each}.gz" for each in patterns] for patterns in (fn_args.train_files, fn_args.eval_files))
    )
    splits = Splits(train_photos, eval_photos)
    state = state_root / state_key(splits, labels, config)
    state.mkdir(exist_ok=True)
    network = train(config, splits, labels, state, run_folder)
    temperature = calibrate(network, splits.eval, config.train.batch_size)
    shutil.copy(state / HISTORY_FILE, run_folder / HISTORY_FILE)
    history = read_history(state / HISTORY_FILE)
    report = training_report(history, network.count_params(), temperature, splits.train.in_file)
    (run_folder / REPORT_FILE).write_text(json.dumps(report))
    below = config.model.second_look_below
    export(network, transform_output, fn_args.serving_model_dir, labels=labels, second_look_below=below)
    # The state has served; a finished Trainer is answered from TFX's cache.
    remove_folder(state)


def train(config: TrainerConfig, splits: Splits, labels: Labels, state: Path, log_folder: Path) -> keras.Model:
    """Trains a network, from wherever `state` says that an interrupted training stopped.

    Args:
        config: The settings.
        splits: Photos to train on, and to choose the best epoch by.
        labels: Of the class ids.
        state: Folder that keeps what resuming needs.
        log_folder: Folder for pictures and TensorBoard.

    Returns:
        The network with the weights of its best epoch.

    Raises:
        UserError: If the best epoch's loss is not finite.
    """
    strategy = open_strategy(config.train.strategy)
    keras.utils.set_random_seed(config.train.seed)
    tf.config.experimental.enable_op_determinism()
    mixture = mix(splits.train, draw_letters(config.train, labels), config.train)
    steps = steps_per_epoch(mixture, config.train)
    network = _compiled(strategy, config, len(labels), steps)
    pictures = TrainingPictures(log_folder, _augmented(mixture, config), splits.eval, labels, config.train.batch_size)
    callbacks, resume = build_callbacks(config.train, state, log_folder)
    first_epoch = resume.first_epoch
    with strategy.scope():
        network.fit(
            shared_batches(strategy, training_batches(mixture, config.train, config.augmentation, first_epoch)),
            steps_per_epoch=steps,
            initial_epoch=first_epoch,
            epochs=config.train.epochs,
            validation_data=whole_batches(strategy, evaluation_batches(splits.eval, config.train.batch_size)),
            callbacks=[pictures, *callbacks],
            verbose=2,
        )
    # What comes after training knows nothing of several devices.
    alone = network if config.train.strategy == "none" else build_model(config.model, len(labels))
    _read_best_weights(alone, state)
    return alone


def _compiled(strategy: tf.distribute.Strategy, config: TrainerConfig, classes: int, steps: int) -> keras.Model:
    with strategy.scope():
        network = build_model(config.model, classes)
        network.compile(
            optimizer=build_optimizer(config.train, steps),
            loss=MembersCrossentropy(config.train.label_smoothing),
            metrics=[ensemble_accuracy()],
        )
        # The optimiser's variables must exist before a saved state can be put into them.
        network.optimizer.build(network.trainable_variables)
    return network


def _read_best_weights(network: keras.Model, state: Path) -> None:
    best = best_row(read_history(state / HISTORY_FILE))
    # TerminateOnNaN ends the training, but only after the checkpoint took the weights: any loss beats none.
    if not math.isfinite(best["loss"] + best["val_loss"]):
        raise UserError("training diverged before it learned anything; lower train.learning_rate")
    read_variables(state / _BEST_WEIGHTS_FILE, network.weights)


def _augmented(mixture: Mixture, config: TrainerConfig) -> np.ndarray:
    """Returns the first batch of a training as the network sees it, uint8 [height, width, 3]."""
    return sheet(next(iter(training_batches(mixture, config.train, config.augmentation)))[0].numpy())


def build_callbacks(
    settings: TrainSettings, state: Path, log_folder: Path
) -> tuple[list[keras.callbacks.Callback], Resume]:
    """Returns the callbacks in the order in which they must be called, and the one that knows where to resume.

    Args:
        settings: Patience and schedule.
        state: Folder that keeps what resuming needs, the best weights and the history among it.
        log_folder: TensorBoard's.
    """
    stateful = [
        BestWeights(state / _BEST_WEIGHTS_FILE, BEST),
        keras.callbacks.EarlyStopping(monitor=MONITOR, mode="max", patience=settings.early_stopping_patience),
        *schedule_callbacks(settings),
    ]
    resume = Resume(state / _STATE_FILE, stateful)
    return [
        keras.callbacks.TerminateOnNaN(),
        *stateful,
        History(state / HISTORY_FILE),
        keras.callbacks.TensorBoard(str(log_folder), update_freq="epoch"),
        resume,
    ], resume
