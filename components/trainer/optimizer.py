"""The optimisers, Muon for convolutions too, and the learning rate's schedule."""

import math

import keras
import tensorflow as tf

from components.settings import TrainSettings
from components.trainer.state import MONITOR

# The last rate of a cycle, relative to its peak.
_FINAL_FRACTION = 1e-3
# Of the reference's plateau schedule.
_LOWEST_LEARNING_RATE = 1e-5
# Newton-Schulz iteration: its quintic's coefficients, and how often it is applied (K. Jordan, "Muon", 2024).
_COEFFICIENTS = (3.4445, -4.775, 2.0315)
_ITERATIONS = 4
_EPSILON = 1e-7


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
    halved = {"factor": 0.5, "patience": settings.plateau_patience, "min_lr": _LOWEST_LEARNING_RATE}
    return [keras.callbacks.ReduceLROnPlateau(MONITOR, mode="max", **halved)]


@keras.saving.register_keras_serializable("russian_letters")
class Muon(keras.optimizers.Optimizer):
    """Moves each kernel by its momentum made orthogonal, and all other variables by Adam.

    After K. Jordan, "Muon: an optimizer for hidden layers in neural networks" (2024). Keras's own Muon takes 4-D
    kernels for no matrices and leaves them to Adam; here a kernel [h, w, in, out] is the matrix [h * w * in, out].
    The first convolution (3 channels in) and the vectors are Adam's, as Jordan advises.
    """

    def __init__(
        self,
        learning_rate: float | keras.optimizers.schedules.LearningRateSchedule = 0.02,
        *,
        momentum: float = 0.9,
        adam_ratio: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        name: str = "muon",
        **kwargs: float,
    ):
        """Makes the optimiser.

        Args:
            learning_rate: Of the kernels.
            momentum: Nesterov momentum of the kernels.
            adam_ratio: Adam's learning rate, as a fraction of the kernels'.
            beta_1: Adam's.
            beta_2: Adam's.
            name: Its name.
            **kwargs: Keras's, such as `weight_decay`.
        """
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum
        self.adam_ratio = adam_ratio
        self.beta_1 = beta_1
        self.beta_2 = beta_2

    def build(self, variables: list[keras.Variable]) -> None:
        """Makes the state of each variable: its momentum and, for Adam's, its second moment."""
        if self.built:
            return
        super().build(variables)
        self._momenta = [self.add_variable_from_reference(v, "momentum") for v in variables]
        self._squares = [None if is_kernel(v) else self.add_variable_from_reference(v, "square") for v in variables]

    def update_step(self, gradient: tf.Tensor, variable: keras.Variable, learning_rate: tf.Tensor) -> None:
        """Moves one variable by one step."""
        # Keras's own optimisers look a variable's state up by the same method; there is no public one.
        index = self._get_variable_index(variable)
        momentum = self._momenta[index]
        if is_kernel(variable):
            self.assign(momentum, momentum * self.momentum + gradient)
            direction = orthogonal(tf.reshape(gradient + self.momentum * momentum, [-1, variable.shape[-1]]))
            self.assign_sub(variable, learning_rate * tf.reshape(direction, variable.shape))
            return
        square = self._squares[index]
        step = tf.cast(self.iterations + 1, tf.float32)
        self.assign(momentum, momentum + (gradient - momentum) * (1 - self.beta_1))
        self.assign(square, square + (gradient * gradient - square) * (1 - self.beta_2))
        mean = momentum / (1 - self.beta_1**step)
        deviation = tf.sqrt(square / (1 - self.beta_2**step))
        self.assign_sub(variable, learning_rate * self.adam_ratio * mean / (deviation + _EPSILON))

    def get_config(self) -> dict[str, float]:
        """Returns the arguments of the constructor."""
        own = ("momentum", "adam_ratio", "beta_1", "beta_2")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}


def is_kernel(variable: keras.Variable) -> bool:
    """Returns whether a variable is a convolution's kernel other than the first one's."""
    return len(variable.shape) == 4 and variable.shape[2] > 3


def orthogonal(matrix: tf.Tensor) -> tf.Tensor:
    """Returns about the nearest matrix, float32 [rows, columns], whose singular values are all 1."""
    tall = matrix.shape[0] > matrix.shape[1]
    x = tf.transpose(matrix) if tall else matrix
    x = x / (tf.norm(x) + _EPSILON)
    a, b, c = _COEFFICIENTS
    for _ in range(_ITERATIONS):
        square = tf.matmul(x, x, transpose_b=True)
        x = a * x + tf.matmul(b * square + c * tf.matmul(square, square), x)
    return tf.transpose(x) if tall else x
