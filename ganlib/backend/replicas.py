"""Several GPUs of one machine on TensorFlow, by `tf.distribute.MirroredStrategy`.

Each device has a copy of all variables (a replica) and goes through the same step with its share of the batch. Random
numbers are drawn alike by all; gradients are averaged; so all copies stay the same, and a training is, but for
rounding and DRAGAN's std of a batch, the one that a single device would have done.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import keras
import tensorflow as tf

from ganlib.backend.hardware import Tensor, demand_devices, pretended_devices

if _pretended := pretended_devices():  # the processor is split for tests of what needs several devices
    _parts = [tf.config.LogicalDeviceConfiguration()] * _pretended
    tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], _parts)


@contextmanager
def scope(devices: int) -> Iterator[None]:
    """Build variables, and compile steps, for the first so many GPUs of this machine.

    Raises:
        UserError: there are fewer.
    """
    if devices == 1:
        yield
        return
    with _strategy(devices).scope(), tf.variable_creator_scope(_first_decides):
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


def num_replicas() -> int:
    """Return how many devices share the batch of the step that is being computed."""
    return int(tf.distribute.get_strategy().num_replicas_in_sync)


def shard(whole: Tensor, axis: int = 0) -> Tensor:
    """Return this device's part of what all devices have alike, cut along an axis."""
    if num_replicas() == 1:
        return whole
    return tf.split(whole, num_replicas(), axis)[tf.get_static_value(_replica().replica_id_in_sync_group)]


def average(gradients: list[Tensor]) -> list[Tensor]:
    """Return the means of gradients over all devices."""
    return gradients if num_replicas() == 1 else _replica().all_reduce(tf.distribute.ReduceOp.MEAN, gradients)


def random_normal(shape: Sequence[int], seed: Any) -> Tensor:
    """Draw from N(0, 1), as `keras.random.normal` does; the first axis of the shape counts images."""
    return _per_image(keras.random.normal, shape, seed)


def random_uniform(shape: Sequence[int], seed: Any, low: float = 0.0, high: float = 1.0) -> Tensor:
    """Draw from U(low, high), as `keras.random.uniform` does; the first axis of the shape counts images."""
    return _per_image(lambda shape, seed: keras.random.uniform(shape, low, high, seed=seed), shape, seed)


def _per_image(draw: Callable[..., Tensor], shape: Sequence[int], seed: Any) -> Tensor:
    """Draw for the whole batch, alike on all devices, and take this device's share: what one device would draw."""
    images, *rest = shape
    return shard(draw((images * num_replicas(), *rest), seed=seed))


def _replica() -> Any:
    """Return TensorFlow's view of the device that a step is being written for."""
    return tf.distribute.get_replica_context()
