"""Pictures of a training for TensorBoard and the report, beside the scalars that Keras's own callback writes."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

from components.trainer.mixture import Photos
from components.trainer.pictures import confusion_picture
from components.trainer.prediction import predict_logits

AUGMENTED_FILE = "augmented.png"
_EPOCHS_BETWEEN = 5


class TrainingPictures(keras.callbacks.Callback):
    """Writes augmented photos once, and the confusion matrix of the eval split every few epochs and after the last."""

    def __init__(self, log_folder: Path, augmented: np.ndarray, photos: Photos, batch_size: int):
        """Takes the folder for `AUGMENTED_FILE` and TensorBoard, a sheet of augmented photos, and the eval split."""
        super().__init__()
        self._log_folder = log_folder
        self._writer = tf.summary.create_file_writer(str(log_folder / "pictures"))
        self._augmented = augmented
        self._photos = photos
        self._batch_size = batch_size

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Writes the sheet."""
        self._log_folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(self._augmented).save(self._log_folder / AUGMENTED_FILE)
        self._write("augmented photos", self._augmented, 0)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes the confusion matrix, if it is time."""
        if (epoch + 1) % _EPOCHS_BETWEEN == 0 or epoch + 1 == self.params["epochs"]:
            predicted = predict_logits(self.model, self._photos, self._batch_size).argmax(axis=1)
            self._write("confusion on eval", confusion_picture(self._photos.class_ids, predicted), epoch)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Closes the file."""
        self._writer.close()

    def _write(self, name: str, picture: np.ndarray, step: int) -> None:
        with self._writer.as_default():
            tf.summary.image(name, picture[np.newaxis], step)
        self._writer.flush()
