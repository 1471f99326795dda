"""What Keras does not cover alike on every backend: gradients, compiled steps, threads, devices.

The only module (with the yardsticks in `ganlib.bench`) that imports TensorFlow.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

Tensor = Any
Step = Callable[[Tensor], dict[str, Tensor]]


def cpu_count() -> int:
    """Return how many processor threads this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def set_threads(count: int) -> int:
    """Compute with that many CPU threads from now on; 0 means all.

    Returns:
        The count in force: threads can be set only before the first computation of a process.
    """
    wanted = count or cpu_count()
    try:
        tf.config.threading.set_intra_op_parallelism_threads(wanted)
        tf.config.threading.set_inter_op_parallelism_threads(wanted)
    except RuntimeError:
        return tf.config.threading.get_intra_op_parallelism_threads() or cpu_count()
    return wanted


def _take_gpu_memory_as_needed() -> None:
    """Leave to others what is not needed; TensorFlow would take all of it."""
    for gpu in tf.config.list_physical_devices("GPU"):
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except RuntimeError:  # the GPU is already in use by this process, with what was set before
            break


_take_gpu_memory_as_needed()


def device() -> str:
    """Return what computes, for a person: "CPU" or the GPU's name."""
    gpus = tf.config.list_physical_devices("GPU")
    return tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU") if gpus else "CPU"


def versions() -> dict[str, str]:
    """Return the versions that results may depend on."""
    return {"keras": keras.__version__, "backend": keras.backend.backend(), "tensorflow": tf.__version__}


def resident(array: np.ndarray) -> Tensor:
    """Return the array as a tensor that stays where the computing is done."""
    return tf.constant(array)


def gradients(
    compute: Callable[[], tuple[Sequence[Tensor], Any]], groups: Sequence[Sequence[keras.Variable]]
) -> tuple[Sequence[Tensor], Any, list[list[Tensor]]]:
    """Compute losses and differentiate each with respect to its own variables, in one forward pass.

    Args:
        compute: returns the losses, one a group, and anything else worth keeping.
        groups: the variables that each loss is differentiated by.

    Returns:
        The losses, what else `compute` returned, and the gradients, one list a group.
    """
    with tf.GradientTape(persistent=len(groups) > 1) as tape:
        losses, rest = compute()
    found = [
        tape.gradient(loss, [variable.value for variable in group], unconnected_gradients="zero")
        for loss, group in zip(losses, groups, strict=True)
    ]
    return losses, rest, found


def input_gradient(function: Callable[[Tensor], Tensor], inputs: Tensor) -> Tensor:
    """Return the gradient of the sum of `function(inputs)` by the inputs; it can be differentiated again."""
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = function(inputs)
    return tape.gradient(outputs, inputs)


def compile_steps(step: Step, names: Sequence[str]) -> Callable[[np.ndarray], np.ndarray]:
    """Compile a training step into a function that does many with one call.

    Args:
        step: takes the image indices of one step, int32 of shape (critic_steps, batch), and returns scalars.
        names: the scalars to report, keys of what `step` returns.

    Returns:
        A function from indices of shape (steps, critic_steps, batch) to float32 values of shape (steps, names).
    """

    @tf.function(autograph=False)
    def run(order: Tensor) -> Tensor:
        count = tf.shape(order)[0]
        reports = tf.TensorArray(tf.float32, size=count, element_shape=(len(names),))

        def advance(index: Tensor, reports: Any) -> tuple[Tensor, Any]:
            report = step(order[index])
            row = tf.stack([tf.cast(report[name], tf.float32) for name in names])
            return index + 1, reports.write(index, row)

        _, reports = tf.while_loop(lambda index, _: index < count, advance, (tf.constant(0), reports))
        return reports.stack()

    def call(order: np.ndarray) -> np.ndarray:
        spec = tf.TensorSpec((None, *order.shape[1:]), tf.int32)
        if spec not in compiled:
            compiled[spec] = run.get_concrete_function(spec)
        return np.asarray(compiled[spec](tf.constant(order, tf.int32)).numpy())

    compiled: dict[Any, Any] = {}
    return call
