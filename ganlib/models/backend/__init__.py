"""What Keras does not cover alike on every backend: gradients, compiled steps, random numbers, threads, devices.

One file for TensorFlow (a second one for several GPUs) and one for PyTorch, with the same functions; Keras's own choice
(`KERAS_BACKEND`) decides which is loaded. Only this package (with the yardsticks in `ganlib.bench`) imports either.
"""

import keras

from ganlib.models.backend.machine import Device, Step, Steps, Tensor, peak_memory

if keras.backend.backend() == "torch":
    from ganlib.models.backend.torch import (
        apply,
        compile_steps,
        device,
        input_gradient,
        is_out_of_memory,
        random_normal,
        random_uniform,
        resident,
        scope,
        set_threads,
        tape,
        versions,
    )
else:
    from ganlib.models.backend.replicas import random_normal, random_uniform, scope
    from ganlib.models.backend.tensorflow import (  # type: ignore[assignment]
        apply,
        compile_steps,
        device,
        input_gradient,
        is_out_of_memory,
        resident,
        set_threads,
        tape,
        versions,
    )

__all__ = [
    "Device",
    "Step",
    "Steps",
    "Tensor",
    "apply",
    "compile_steps",
    "device",
    "input_gradient",
    "is_out_of_memory",
    "peak_memory",
    "random_normal",
    "random_uniform",
    "resident",
    "scope",
    "set_threads",
    "tape",
    "versions",
]
