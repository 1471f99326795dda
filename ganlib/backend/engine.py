"""The chosen backend's gradients, compiled steps, random numbers, threads and devices.

One file for TensorFlow (a second one for several GPUs) and one for PyTorch, with the same functions; Keras's own choice
(`KERAS_BACKEND`) decides which is loaded.
"""

import keras

from ganlib.backend.hardware import Device, Step, Steps, Tensor, peak_memory

if keras.backend.backend() == "torch":
    from ganlib.backend.torch import (
        apply,
        compile_steps,
        compiled,
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
    from ganlib.backend.replicas import random_normal, random_uniform, scope
    from ganlib.backend.tensorflow import (  # type: ignore[assignment]
        apply,
        compile_steps,
        compiled,
        device,
        input_gradient,
        is_out_of_memory,
        resident,
        set_threads,
        tape,
        versions,
    )

__all__ = [
    "Device", "Step", "Steps", "Tensor", "apply", "compile_steps", "compiled", "device", "input_gradient",
    "is_out_of_memory", "peak_memory", "random_normal", "random_uniform", "resident", "scope", "set_threads", "tape",
    "versions",
]  # fmt: skip
