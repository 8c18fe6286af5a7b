"""What a training minimises and what it is judged by, for networks of one or several members."""

import keras


class MembersCrossentropy(keras.losses.Loss):
    """The mean cross-entropy of the members: each learns on its own, as if it were alone."""

    def __init__(self, label_smoothing: float = 0.0, name: str = "members_crossentropy"):
        """Takes the probability that is spread evenly over all letters."""
        super().__init__(name=name)
        self.label_smoothing = label_smoothing

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        """Returns float32 [batch] for one-hot labels [batch, letters] and logits [batch, members, letters]."""
        letters = y_pred.shape[-1]
        labels = y_true * (1.0 - self.label_smoothing) + self.label_smoothing / letters
        surprise = -keras.ops.log_softmax(y_pred, axis=-1) * keras.ops.expand_dims(labels, 1)
        return keras.ops.mean(keras.ops.sum(surprise, axis=-1), axis=1)


def ensemble_accuracy() -> keras.metrics.Metric:
    """Returns the metric `accuracy`: of the letter that the members choose together, by their mean logits."""
    return keras.metrics.MeanMetricWrapper(_right, name="accuracy")


def _right(y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
    return keras.metrics.categorical_accuracy(y_true, keras.ops.mean(y_pred, axis=1))
