"""Several GPUs on PyTorch: as many processes, of which rank 0 leads.

It alone knows the run folder. It tells the others the order of the images, a few steps at a time, through their
standard input; variables, gradients and reports go from GPU to GPU.
"""

import os
import socket
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import torch
from torch import distributed

from ganlib.config import TrainConfig
from ganlib.models.backend.machine import Steps, Team, Tensor, demand_devices, pretended_devices
from ganlib.models.backend.workers import Workers

_PATIENCE = timedelta(minutes=5)
"""How long a rank waits for another one in a computation before it gives up."""


class Seat(NamedTuple):
    """A rank among so many, and the file in which all of them find each other."""

    rank: int
    ranks: int
    meeting: str


_seat: Seat | None = None  # while steps are computed together


class Member:
    """One rank of several that compute the same steps, each with its share of every batch."""

    def __init__(self, seat: Seat, steps: Steps, variables: Sequence[keras.Variable]) -> None:
        """Meet the others, and take over all variables from rank 0.

        Args:
            seat: which rank this is.
            steps: a function from `compile_steps`.
            variables: the whole state of the training, in the same order on all ranks.
        """
        self._seat, self._steps = seat, steps
        on_gpu = place().type == "cuda"
        if on_gpu:
            torch.cuda.set_device(place())
        _talk_within_this_machine()
        distributed.init_process_group(
            "nccl" if on_gpu and distributed.is_nccl_available() else "gloo",
            store=distributed.FileStore(seat.meeting, seat.ranks),
            rank=seat.rank,
            world_size=seat.ranks,
            timeout=_PATIENCE,
        )
        _hear_of(variables)
        # What a person may change while a run trains is a single number: a learning rate.
        self._numbers = [variable for variable in variables if not variable.shape]

    def steps(self, order: np.ndarray) -> np.ndarray:
        """Do some steps at the same time as all other ranks; return the means of what they report."""
        global _seat
        _hear_of(self._numbers)
        _seat = self._seat
        try:
            rows = torch.from_numpy(self._steps(order)).to(place())
        finally:
            _seat = None
        distributed.all_reduce(rows)
        return np.asarray((rows / self._seat.ranks).cpu().numpy())

    def leave(self) -> None:
        """Part from the others; all do so at about the same time."""
        distributed.destroy_process_group()


def _talk_within_this_machine() -> None:
    """Let gloo use the loopback interface: it would look for the machine's name in the network, and trust it."""
    if loopback := next((name for _, name in socket.if_nameindex() if name.startswith("lo")), None):
        os.environ.setdefault("GLOO_SOCKET_IFNAME", loopback)


def _hear_of(variables: Sequence[keras.Variable]) -> None:
    """Set variables to what they are at rank 0."""
    with torch.no_grad():
        for variable in variables:
            distributed.broadcast(variable.value.data, src=0)


def team(count: int) -> Team:
    """Return the first `count` GPUs of this machine.

    Raises:
        UserError: there are fewer.
    """
    if count == 1:
        return Team()
    demand_devices(count, pretended_devices() or (torch.cuda.device_count() if place().type == "cuda" else 0))
    return _Processes(count)


class _Processes(Team):
    """A process for each GPU. This one leads; the others start with the first steps."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._workers: Workers | None = None
        self._member: Member | None = None

    def led(self, steps: Steps, config: TrainConfig, images: np.ndarray, variables: Sequence[keras.Variable]) -> Steps:
        def together(order: np.ndarray) -> np.ndarray:
            try:
                workers = self._workers or self._start(config, images)
                member = self._member = self._member or Member(self._seat(0), steps, variables)
                workers.tell_all(order)
                return member.steps(order)
            except BaseException as error:
                raise self._break_off(error) from error

        return together

    def close(self) -> None:
        if self._workers and self._member:
            self._workers.dismiss()
            self._member.leave()
            self._workers.end()
        self._workers = self._member = None

    def _start(self, config: TrainConfig, images: np.ndarray) -> Workers:
        self._folder = tempfile.TemporaryDirectory()
        kind = place().type
        self._workers = Workers(
            {"KERAS_BACKEND": "torch", "KERAS_TORCH_DEVICE": f"{kind}:{rank}" if kind == "cuda" else kind}
            for rank in range(1, self._count)
        )
        self._workers.tell([(self._seat(rank), config.to_dict(), images) for rank in range(1, self._count)])
        return self._workers

    def _seat(self, rank: int) -> Seat:
        return Seat(rank, self._count, str(Path(self._folder.name) / "meeting"))

    def _break_off(self, error: BaseException) -> BaseException:
        """End the other processes, which may wait for this one for ever, and return what to say about it."""
        trouble = error
        if self._workers:
            # What gloo raises; NCCL's errors, and those of a meeting that failed, are of classes below it.
            is_lost = isinstance(error, RuntimeError) and not isinstance(error, torch.OutOfMemoryError)
            if is_lost and self._workers.have_lost_one():
                trouble = self._workers.trouble()
            self._workers.end(patience=0)
        if self._member and distributed.get_backend() == "gloo":  # NCCL might wait for the others
            self._member.leave()
        self._workers = self._member = None
        return trouble


def sharers() -> int:
    """Return how many devices share the batch of the step that is being computed."""
    return _seat.ranks if _seat else 1


def share(whole: Tensor, axis: int = 0) -> Tensor:
    """Return this device's part of what all devices have alike, cut along an axis."""
    return whole.tensor_split(_seat.ranks, axis)[_seat.rank] if _seat else whole


def whole(share: Tensor) -> Tensor:
    """Return all devices' parts as one, the inverse of `share`; no gradient flows through it."""
    if not _seat:
        return share
    parts = [torch.empty_like(share) for _ in range(_seat.ranks)]
    distributed.all_gather(parts, share.detach().contiguous())
    return torch.cat(parts)


def mean(gradients: list[Tensor]) -> list[Tensor]:
    """Return the means over all devices that share the batch: the gradients themselves if there is one device.

    `DistributedDataParallel` does the same from hooks that `backward` calls; `torch.autograd.grad`, which a penalty on
    slopes needs, calls none.
    """
    if not _seat:
        return gradients
    flat = torch.cat([gradient.reshape(-1) for gradient in gradients])
    distributed.all_reduce(flat)
    flat /= sharers()
    parts = flat.split([gradient.numel() for gradient in gradients])
    return [part.view_as(gradient) for part, gradient in zip(parts, gradients, strict=True)]


def place() -> torch.device:
    """Return where Keras computes."""
    return keras.ops.zeros(()).device
