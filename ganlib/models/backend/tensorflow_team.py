"""Several GPUs on TensorFlow: `tf.distribute.MirroredStrategy`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import tensorflow as tf

from ganlib.models.backend.machine import Team, Tensor, demand_devices, pretended_devices


def _pretend_devices() -> None:
    """Split the processor for tests of what needs several devices."""
    if count := pretended_devices():
        part = tf.config.LogicalDeviceConfiguration()
        tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], [part] * count)


_pretend_devices()


def team(count: int) -> Team:
    """Return the first `count` GPUs of this machine.

    Raises:
        UserError: there are fewer.
    """
    return _Mirrored(_strategy(count)) if count > 1 else Team()


class _Mirrored(Team):
    """Several devices in one process: steps that are compiled in its scope are for all of them."""

    def __init__(self, strategy: tf.distribute.Strategy) -> None:
        self._strategy = strategy

    @contextmanager
    def scope(self) -> Iterator[None]:
        with self._strategy.scope(), tf.variable_creator_scope(_first_decides):
            yield


@cache  # two strategies of a process would take each other's messages for their own
def _strategy(count: int) -> tf.distribute.Strategy:
    demand_devices(count, pretended_devices() or len(tf.config.list_physical_devices("GPU")))
    kind = "CPU" if pretended_devices() else "GPU"
    return tf.distribute.MirroredStrategy([f"{kind}:{number}" for number in range(count)])


def _first_decides(create: Callable[..., Any], **options: Any) -> Any:
    """Let a device's assignment put the first device's value everywhere: all compute the same.

    Keras asks for no rule, under which a copy cannot be assigned in a step (the state of random streams, moving
    averages). Batch normalisation's statistics are those of the first share, as in PyTorch's data-parallel training.
    """
    if options.get("aggregation") in (None, tf.VariableAggregation.NONE):
        options["aggregation"] = tf.VariableAggregation.ONLY_FIRST_REPLICA
    return create(**options)


def sharers() -> int:
    """Return how many devices share the batch of the step that is being computed."""
    return int(tf.distribute.get_strategy().num_replicas_in_sync)


def share(whole: Tensor, axis: int = 0) -> Tensor:
    """Return this device's part of what all devices have alike, cut along an axis."""
    if sharers() == 1:
        return whole
    return tf.split(whole, sharers(), axis)[tf.get_static_value(replica().replica_id_in_sync_group)]


def whole(share: Tensor) -> Tensor:
    """Return all devices' parts as one, the inverse of `share`; no gradient flows through it."""
    return share if sharers() == 1 else replica().all_gather(tf.stop_gradient(share), axis=0)


def replica() -> Any:
    """Return TensorFlow's view of the device that a step is being written for."""
    return tf.distribute.get_replica_context()
