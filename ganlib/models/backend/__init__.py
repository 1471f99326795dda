"""What Keras does not cover alike on every backend: gradients, compiled steps, threads, devices, memory.

Two files for TensorFlow and two for PyTorch (the second is about several devices), with the same functions; Keras's
own choice (`KERAS_BACKEND`) decides which are loaded. Only this package (with the yardsticks in `ganlib.bench`)
imports either.
"""

import keras

from ganlib.models.backend.machine import Device, Step, Steps, Team, Tensor, peak_memory

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
    from ganlib.models.backend.torch_team import share, sharers, team, whole
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
    from ganlib.models.backend.tensorflow_team import share, sharers, team, whole

__all__ = [
    "Device",
    "Step",
    "Steps",
    "Team",
    "Tensor",
    "apply",
    "compile_steps",
    "device",
    "gradients",
    "input_gradient",
    "is_out_of_memory",
    "peak_memory",
    "resident",
    "set_threads",
    "share",
    "sharers",
    "team",
    "versions",
    "whole",
]
