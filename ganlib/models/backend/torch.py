"""Gradients, steps, threads and devices on PyTorch: no graph to compile, each operation as it comes."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import torch

from ganlib import limits
from ganlib.models.backend.machine import Device, Step, Tensor, processor
from ganlib.models.backend.torch_team import mean, place

_OUT_OF_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")
"""What PyTorch says where it has no class for it: on processors, and on Apple's GPU."""


def set_threads(count: int) -> int:
    """Compute with that many CPU threads from now on; 0 means all. Returns the count in force."""
    torch.set_num_threads(count or limits.processors())
    return torch.get_num_threads()


def device() -> Device:
    """Return what computes: the GPU that Keras picked, or the processor."""
    kind = place().type
    if kind == "cuda":
        found = torch.cuda.get_device_properties(place())
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
    return torch.from_numpy(np.ascontiguousarray(array)).to(place())


def gradients(
    compute: Callable[[], tuple[Sequence[Tensor], Any]], groups: Sequence[Sequence[keras.Variable]]
) -> tuple[Sequence[Tensor], Any, list[list[Tensor]]]:
    """Compute losses and differentiate each with respect to its own variables, in one forward pass.

    Args:
        compute: returns the losses, one a group, and anything else worth keeping.
        groups: the variables that each loss is differentiated by.

    Returns:
        The losses, what else `compute` returned, and the gradients, one list a group: the mean over all devices
        that share the batch, while losses and the rest are of this device's share.
    """
    with torch.enable_grad():
        losses, rest = compute()
    found = [
        list(
            torch.autograd.grad(
                loss,
                [variable.value for variable in group],
                retain_graph=number < len(groups),  # the next loss comes from the same forward pass
                allow_unused=True,
                materialize_grads=True,
            )
        )
        for number, (loss, group) in enumerate(zip(losses, groups, strict=True), start=1)
    ]
    return [loss.detach() for loss in losses], rest, [mean(group) for group in found]


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
        device, rows = place(), []
        for indices in resident(order):
            report = step(indices)
            rows.append(torch.stack([torch.as_tensor(report[name], device=device).detach().float() for name in names]))
        return np.asarray(torch.stack(rows).cpu().numpy())

    return call
