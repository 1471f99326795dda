"""What Keras does not cover alike on every backend: gradients, compiled steps, threads, devices, memory.

One file for TensorFlow and one for PyTorch, with the same functions; Keras's own choice (`KERAS_BACKEND`) decides
which of them is loaded. Only this package (with the yardsticks in `ganlib.bench`) imports either.
"""

import keras

from ganlib.models.backend.machine import Device, Step, Tensor, cpu_count, peak_memory

if keras.backend.backend() == "torch":
    from ganlib.models.backend.torch import (
        apply,
        compile_steps,
        device,
        gradients,
        input_gradient,
        is_out_of_memory,
        resident,
        set_threads,
        versions,
    )
else:
    from ganlib.models.backend.tensorflow import (
        apply,
        compile_steps,
        device,
        gradients,
        input_gradient,
        is_out_of_memory,
        resident,
        set_threads,
        versions,
    )

__all__ = [
    "Device",
    "Step",
    "Tensor",
    "apply",
    "compile_steps",
    "cpu_count",
    "device",
    "gradients",
    "input_gradient",
    "is_out_of_memory",
    "peak_memory",
    "resident",
    "set_threads",
    "versions",
]
