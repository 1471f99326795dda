"""Gradients, steps, threads and devices on PyTorch: no graph to compile, each operation as it comes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import torch

from ganlib.backend.hardware import Device, Step, Tensor, processor
from ganlib.utils import environment
from ganlib.utils.errors import UserError

_OUT_OF_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")
"""What PyTorch says where it has no class for it: on processors, and on Apple's GPU."""


def set_threads(count: int) -> int:
    """Compute with that many CPU threads from now on; 0 means all. Returns the count in force."""
    torch.set_num_threads(count or environment.processors())
    return torch.get_num_threads()


def device() -> Device:
    """Return what computes: the GPU that Keras picked, or the processor."""
    kind = _place().type
    if kind == "cuda":
        found = torch.cuda.get_device_properties(_place())
        return Device("GPU", found.name, found.total_memory)
    return Device("GPU", "Apple GPU", None) if kind == "mps" else processor()


def versions() -> dict[str, str]:
    """Return the versions that results may depend on."""
    return {"keras": keras.__version__, "backend": "torch", "torch": torch.__version__}


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that the device's memory was too small."""
    is_said = isinstance(error, RuntimeError) and any(words in str(error) for words in _OUT_OF_MEMORY)
    return is_said or isinstance(error, (torch.OutOfMemoryError, MemoryError))


def resident(array: np.ndarray) -> Tensor:
    """Return the array as a tensor that stays where the computing is done."""
    return torch.from_numpy(np.ascontiguousarray(array)).to(_place())


class Tape:
    """What was computed while it was open, and can be differentiated any number of times."""

    def gradient(self, loss: Tensor, variables: Sequence[keras.Variable]) -> list[Tensor]:
        """Return the gradient of a loss by each variable, 0 where it does not depend on it."""
        values = [variable.value for variable in variables]
        return list(torch.autograd.grad(loss, values, retain_graph=True, allow_unused=True, materialize_grads=True))


@contextmanager
def tape() -> Iterator[Tape]:
    """Record what is computed, to differentiate it afterwards."""
    with torch.enable_grad():
        yield Tape()


def random_normal(shape: Sequence[int], seed: Any) -> Tensor:
    """Draw from N(0, 1); the first axis of the shape counts images."""
    return keras.random.normal(shape, seed=seed)


def random_uniform(shape: Sequence[int], seed: Any, low: float = 0.0, high: float = 1.0) -> Tensor:
    """Draw from U(low, high); the first axis of the shape counts images."""
    return keras.random.uniform(shape, low, high, seed=seed)


@contextmanager
def scope(devices: int) -> Iterator[None]:
    """Build variables, and compile steps, on the device that Keras picked.

    Raises:
        UserError: several devices are asked for, which TensorFlow alone can share a batch among here.
    """
    if devices > 1:
        raise UserError("On PyTorch one GPU computes: set devices=1, or KERAS_BACKEND=tensorflow to share batches.")
    yield


def apply(
    optimizer: keras.optimizers.Optimizer, gradients: Sequence[Tensor], variables: Sequence[keras.Variable]
) -> None:
    """Let an optimiser follow the gradients; Keras already does all variables with one call each."""
    optimizer.apply(gradients, variables)


def input_gradient(function: Callable[[Tensor], Tensor], inputs: Tensor) -> Tensor:
    """Return the gradient of the sum of `function(inputs)` by the inputs; it can be differentiated again."""
    with torch.enable_grad():
        inputs = inputs if inputs.requires_grad else inputs.detach().requires_grad_()
        return torch.autograd.grad(function(inputs).sum(), inputs, create_graph=True)[0]


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of arrays; there is no graph to compile, and what it returns are tensors."""

    def call(*arrays: np.ndarray) -> Any:
        return function(*(keras.ops.convert_to_tensor(array) for array in arrays))

    return call


def compile_steps(step: Step, names: Sequence[str]) -> Callable[[np.ndarray], np.ndarray]:
    """Make of a training step a function that does many with one call.

    The scalars of all steps are fetched together. (Keras waits for the device whenever it draws random numbers.)

    Args:
        step: takes the image indices of one step, int32 of shape (critic_steps, batch), and returns scalars.
        names: the scalars to report, keys of what `step` returns.

    Returns:
        A function from indices of shape (steps, critic_steps, batch) to float32 values of shape (steps, names).
    """

    def call(order: np.ndarray) -> np.ndarray:
        device, rows = _place(), []
        for indices in resident(order):
            report = step(indices)
            rows.append(torch.stack([torch.as_tensor(report[name], device=device).detach().float() for name in names]))
        return np.asarray(torch.stack(rows).cpu().numpy())

    return call


def _place() -> torch.device:
    """Return where Keras computes."""
    return keras.ops.zeros(()).device
