"""The Muon optimiser, for convolutions too."""

import keras
import tensorflow as tf

# Newton-Schulz iteration: its quintic's coefficients, and how often it is applied (K. Jordan, "Muon", 2024).
_COEFFICIENTS = (3.4445, -4.775, 2.0315)
_ITERATIONS = 4
_EPSILON = 1e-7


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
    """Returns about the nearest matrix whose singular values are all 1.

    Args:
        matrix: float32 [rows, columns].
    """
    tall = matrix.shape[0] > matrix.shape[1]
    x = tf.transpose(matrix) if tall else matrix
    x = x / (tf.norm(x) + _EPSILON)
    a, b, c = _COEFFICIENTS
    for _ in range(_ITERATIONS):
        square = tf.matmul(x, x, transpose_b=True)
        x = a * x + tf.matmul(b * square + c * tf.matmul(square, square), x)
    return tf.transpose(x) if tall else x
