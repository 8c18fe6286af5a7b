"""Pictures of a training for TensorBoard and the report: what the network sees, and what it takes for what."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from PIL import Image, ImageDraw, ImageFont

from components.trainer.calibration import predict_logits
from components.trainer.photos import Photos
from core.errors import UserError
from core.labels import Labels, label_of
from sample.glyphs import load_font

AUGMENTED_FILE = "augmented.png"
_EPOCHS_BETWEEN = 5
# Pictures in a row of a sheet.
_ROW = 16
# Pixels of one field of the confusion matrix.
_FIELD = 16
_LABEL_FONT = "nunito"
_LABEL_X_HEIGHT = 6
# Of Pillow's own font, in pixels.
_NUMBER_SIZE = 9


class TrainingPictures(keras.callbacks.Callback):
    """Writes augmented photos once, and the confusion matrix of the eval split every few epochs and after the last."""

    def __init__(self, log_folder: Path, augmented: np.ndarray, photos: Photos, labels: Labels, batch_size: int):
        """Takes where `AUGMENTED_FILE` and TensorBoard's files go, a sheet of augmented photos, and the eval split."""
        super().__init__()
        self._log_folder = log_folder
        self._writer = tf.summary.create_file_writer(str(log_folder / "pictures"))
        self._augmented = augmented
        self._photos = photos
        self._labels = labels
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
            self._write("confusion on eval", confusion_picture(self._photos.class_ids, predicted, self._labels), epoch)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Closes the file."""
        self._writer.close()

    def _write(self, name: str, picture: np.ndarray, step: int) -> None:
        with self._writer.as_default():
            tf.summary.image(name, picture[np.newaxis], step)
        self._writer.flush()


def sheet(pictures: np.ndarray) -> np.ndarray:
    """Returns pictures, float [n, side, side, 3] in [0, 1], side by side, row by row.

    Returns:
        uint8 [rows * side, 16 * side, 3]; what is left of the last row is white.
    """
    count, side = len(pictures), pictures.shape[1]
    filled = np.ones((-(-count // _ROW) * _ROW, side, side, 3))
    filled[:count] = pictures
    rows = filled.reshape(-1, _ROW, side, side, 3).transpose(0, 2, 1, 3, 4)
    return np.rint(rows.reshape(-1, _ROW * side, 3) * 255).astype(np.uint8)


def confusion_picture(class_ids: np.ndarray, predicted: np.ndarray, labels: Labels) -> np.ndarray:
    """Returns a confusion matrix as a picture: true letters down, predicted across, each row as shares.

    Args:
        class_ids: int64 [n].
        predicted: int64 [n], class ids.
        labels: What stands along both sides.

    Returns:
        uint8 [16 * (labels + 1), 16 * (labels + 1), 3]: white for 0, black for a whole row.
    """
    counts = np.zeros((len(labels), len(labels)))
    np.add.at(counts, (class_ids, predicted), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    grey = np.full([(len(labels) + 1) * _FIELD] * 2, 255, np.uint8)
    # The square root shows single errors, which are what one looks for.
    fields = np.rint(255 * (1 - np.sqrt(shares))).astype(np.uint8)
    grey[_FIELD:, _FIELD:] = fields.repeat(_FIELD, axis=0).repeat(_FIELD, axis=1)
    picture = Image.fromarray(grey).convert("RGB")
    draw = ImageDraw.Draw(picture)
    font, texts = _marks(labels)
    for index, text in enumerate(texts):
        middle = (index + 1.5) * _FIELD
        draw.text((middle, _FIELD / 2), text, fill=0, font=font, anchor="mm")
        draw.text((_FIELD / 2, middle), text, fill=0, font=font, anchor="mm")
    return np.asarray(picture)


def _marks(labels: Labels) -> tuple[Any, Labels]:
    """Returns a font and a text for each label: its letter; numbers where one is longer or no font is installed."""
    if max(map(len, labels)) == 1:
        with suppress(UserError):
            return load_font(_LABEL_FONT, _LABEL_X_HEIGHT), labels
    return ImageFont.load_default(_NUMBER_SIZE), tuple(str(label_of(class_id)) for class_id in range(len(labels)))
