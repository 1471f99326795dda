"""Gradients, compiled steps, threads and devices on TensorFlow."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganlib.backend import replicas
from ganlib.backend.hardware import Device, Step, Tensor, processor
from ganlib.utils import environment


def set_threads(count: int) -> int:
    """Compute with that many CPU threads from now on; 0 means all.

    Returns:
        The count in force: threads can be set only before the first computation of a process.
    """
    wanted = count or environment.processors()
    try:
        tf.config.threading.set_intra_op_parallelism_threads(wanted)
        tf.config.threading.set_inter_op_parallelism_threads(wanted)
    except RuntimeError:
        return tf.config.threading.get_intra_op_parallelism_threads() or environment.processors()
    return wanted


# Leave to others the memory that is not needed; TensorFlow would take all of it.
for _gpu in tf.config.list_physical_devices("GPU"):
    with suppress(RuntimeError):  # the GPU is already in use by this process, with what was set before
        tf.config.experimental.set_memory_growth(_gpu, True)


def device() -> Device:
    """Return what computes: the first GPU, or the processor."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return processor()
    return Device("GPU", tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU"), None)


def versions() -> dict[str, str]:
    """Return the versions that results may depend on."""
    return {"keras": keras.__version__, "backend": "tensorflow", "tensorflow": tf.__version__}


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that the device's memory was too small."""
    return isinstance(error, (tf.errors.ResourceExhaustedError, MemoryError))


def resident(array: np.ndarray) -> Tensor:
    """Return the array as a tensor that stays where the computing is done, on each device of a `scope`."""
    return tf.constant(array) if replicas.num_replicas() == 1 else tf.Variable(array, trainable=False)


class Tape:
    """What was computed while it was open, and can be differentiated any number of times."""

    def __init__(self, recorded: tf.GradientTape) -> None:
        self._recorded = recorded

    def gradient(self, loss: Tensor, variables: Sequence[keras.Variable]) -> list[Tensor]:
        """Return the gradient of a loss by each variable, 0 where it does not depend on it.

        Of several devices that share a batch: the mean over all of them.
        """
        values = [variable.value for variable in variables]
        return replicas.average(self._recorded.gradient(loss, values, unconnected_gradients="zero"))


@contextmanager
def tape() -> Iterator[Tape]:
    """Record what is computed, to differentiate it afterwards."""
    with tf.GradientTape(persistent=True) as recorded:
        yield Tape(recorded)


def apply(
    optimizer: keras.optimizers.Optimizer, gradients: Sequence[Tensor], variables: Sequence[keras.Variable]
) -> None:
    """Let an optimiser follow the gradients.

    Keras writes Adam as a dozen operations a variable, each a pass through memory. TensorFlow has the same formula
    as one, which for networks of millions of weights shortens a step by a tenth.
    """
    if isinstance(optimizer, keras.optimizers.Adam):
        _apply_adam(optimizer, gradients, variables)
    elif replicas.num_replicas() > 1:
        # Keras adds up the gradients of all devices, which are means by now.
        optimizer.apply([gradient / replicas.num_replicas() for gradient in gradients], variables)
    else:
        optimizer.apply(gradients, variables)


def _apply_adam(
    optimizer: keras.optimizers.Adam, gradients: Sequence[Tensor], variables: Sequence[keras.Variable]
) -> None:
    """Do what `optimizer.apply` does, for an Adam without weight decay, clipping, schedules or constraints.

    Of several devices each changes its own copies, all by the same gradients.
    """
    optimizer.iterations.assign_add(1)
    step = tf.cast(optimizer.iterations.value, tf.float32)
    moments = zip(optimizer._momentums, optimizer._velocities, strict=True)
    for variable, gradient, (first, second) in zip(variables, gradients, moments, strict=True):
        tf.raw_ops.ResourceApplyAdam(
            var=variable.value.handle,
            m=first.value.handle,
            v=second.value.handle,
            beta1_power=tf.pow(float(optimizer.beta_1), step),
            beta2_power=tf.pow(float(optimizer.beta_2), step),
            lr=tf.convert_to_tensor(optimizer.learning_rate),
            beta1=optimizer.beta_1,
            beta2=optimizer.beta_2,
            epsilon=optimizer.epsilon,
            grad=gradient,
            use_locking=False,
        )


def input_gradient(function: Callable[[Tensor], Tensor], inputs: Tensor) -> Tensor:
    """Return the gradient of the sum of `function(inputs)` by the inputs; it can be differentiated again."""
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = function(inputs)
    return tape.gradient(outputs, inputs)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of arrays that is compiled at its first call; what it returns are tensors."""
    return tf.function(function, autograph=False, reduce_retracing=True)


def compile_steps(step: Step, names: Sequence[str]) -> Callable[[np.ndarray], np.ndarray]:
    """Compile a training step into a function that does many with one call.

    Args:
        step: takes the image indices of one step, int32 of shape (critic_steps, batch), and returns scalars.
        names: the scalars to report, keys of what `step` returns.

    Returns:
        A function from indices of shape (steps, critic_steps, batch) to float32 values of shape (steps, names):
        means over the devices, if several share the batch.
    """
    strategy = tf.distribute.get_strategy()

    def row(indices: Tensor) -> Tensor:
        report = step(replicas.shard(indices, axis=-1))
        return tf.stack([tf.cast(report[name], tf.float32) for name in names])

    def shared_row(indices: Tensor) -> Tensor:
        return strategy.reduce(tf.distribute.ReduceOp.MEAN, strategy.run(row, (indices,)), axis=None)

    advanced = row if replicas.num_replicas() == 1 else shared_row

    @tf.function(autograph=False)
    def run(order: Tensor) -> Tensor:
        count = tf.shape(order)[0]
        reports = tf.TensorArray(tf.float32, size=count, element_shape=(len(names),))

        def advance(index: Tensor, reports: Any) -> tuple[Tensor, Any]:
            return index + 1, reports.write(index, advanced(order[index]))

        _, reports = tf.while_loop(lambda index, _: index < count, advance, (tf.constant(0), reports))
        return reports.stack()

    def call(order: np.ndarray) -> np.ndarray:
        spec = tf.TensorSpec((None, *order.shape[1:]), tf.int32)
        if spec not in graphs:
            graphs[spec] = run.get_concrete_function(spec)
        return np.asarray(graphs[spec](tf.constant(order, tf.int32)).numpy())

    graphs: dict[Any, Any] = {}
    return call
