import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import ops

from ganlib.backend import engine
from ganlib.utils import environment


def variable(value):
    return keras.Variable(np.asarray(value, "float32"))


# Gradients


def test_two_losses_of_one_forward_pass_are_differentiated_each_by_its_own_variables():
    g, d = variable(3.0), variable(5.0)
    with engine.tape() as tape:
        product = g * d
        first, second = ops.square(product), -product
    assert [float(x) for x in tape.gradient(first, [g])] == [2 * 3 * 25.0]
    assert [float(x) for x in tape.gradient(second, [d])] == [-3.0]


def test_a_variable_without_influence_has_gradient_zero():
    used, unused = variable(2.0), variable([1.0, 1.0])
    with engine.tape() as tape:
        loss = used * used
    gradients = tape.gradient(loss, [used, unused])
    assert float(gradients[0]) == 4.0
    np.testing.assert_array_equal(ops.convert_to_numpy(gradients[1]), [0.0, 0.0])


def test_the_input_gradient_of_each_image_is_its_own():
    """The sum over the batch separates, if the function treats each image by itself: d/dx x^3 = 3 x^2."""
    x = ops.convert_to_tensor([[1.0], [2.0], [-3.0]])
    np.testing.assert_allclose(ops.convert_to_numpy(engine.input_gradient(lambda v: v**3, x)), [[3], [12], [27]])


def test_an_input_gradient_can_be_differentiated_again():
    """d/da sum of (d/dx a x^3) = 3 sum x^2."""
    a, x = variable(2.0), ops.convert_to_tensor([[1.0], [2.0]])
    with engine.tape() as tape:
        loss = ops.sum(engine.input_gradient(lambda v: a * v**3, x))
    assert float(loss) == 2 * 15.0
    assert float(tape.gradient(loss, [a])[0]) == 15.0


# Compiled steps


def counting_step(total):
    traces = []

    def step(indices):
        traces.append(1)
        total.assign_add(ops.cast(ops.sum(indices), "float32"))
        return {"count": ops.size(indices), "total": total.value, "unused": total.value * 0}

    return step, traces


def test_compiled_steps_run_one_after_the_other_and_report_in_the_order_asked_for():
    total = variable(0.0)
    step, _ = counting_step(total)
    run = engine.compile_steps(step, ["total", "count"])
    found = run(np.arange(12, dtype="int32").reshape(3, 2, 2))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, [[6, 4], [28, 4], [66, 4]])
    assert float(ops.convert_to_numpy(total)) == 66


def test_another_number_of_steps_is_not_compiled_again():
    step, traces = counting_step(variable(0.0))
    run = engine.compile_steps(step, ["total"])
    for steps in (3, 1, 7):
        assert run(np.zeros((steps, 1, 4), "int32")).shape == (steps, 1)
    assert keras.backend.backend() == "torch" or len(traces) == 1  # PyTorch compiles nothing


def test_images_stay_bytes_where_they_are_kept():
    images = np.arange(12, dtype="uint8").reshape(3, 2, 2, 1)
    kept = engine.resident(images)
    assert keras.backend.standardize_dtype(kept.dtype) == "uint8"
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.take(kept, [2, 0], axis=0)), images[[2, 0]])


# Optimisers


@pytest.mark.parametrize("make", [keras.optimizers.Adam, keras.optimizers.RMSprop, keras.optimizers.SGD])
def test_an_optimiser_does_what_keras_own_apply_does(make):
    """TensorFlow's fused Adam is another implementation of the same formula."""
    rng = np.random.default_rng(0)
    shapes = [(3, 4), (4,), (2, 2, 1, 3)]
    starts = [rng.normal(size=shape).astype("float32") for shape in shapes]
    ours, theirs = ([variable(start) for start in starts] for _ in range(2))
    optimizers = [make(0.01), make(0.01)]
    for optimizer, variables in zip(optimizers, (ours, theirs), strict=True):
        optimizer.build(variables)
    for step in range(4):
        optimizers[0].learning_rate = optimizers[1].learning_rate = 0.01 / (step + 1)
        gradients = [ops.convert_to_tensor(rng.normal(size=shape).astype("float32")) for shape in shapes]
        engine.apply(optimizers[0], gradients, ours)
        optimizers[1].apply(gradients, theirs)
    for one, other, start in zip(ours, theirs, starts, strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(one), ops.convert_to_numpy(other), rtol=1e-5, atol=1e-7)
        assert np.abs(ops.convert_to_numpy(one) - start).min() > 1e-4
    for one, other in zip(*(optimizer.variables for optimizer in optimizers), strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(one), ops.convert_to_numpy(other), rtol=1e-4, atol=1e-9)


# The machine


def test_versions_name_what_results_depend_on():
    name = keras.backend.backend()
    assert engine.versions() == {"keras": keras.__version__, "backend": name, name: sys.modules[name].__version__}


@pytest.mark.skipif(engine.device().kind == "GPU", reason="this machine has a GPU")
def test_without_a_gpu_the_processor_computes_and_has_a_name():
    device = engine.device()
    assert device.name
    assert device.memory is None or device.memory > 1e9
    assert "GB" in str(device) or device.memory is None


def test_a_device_is_said_in_a_line():
    assert str(engine.Device("GPU", "NVIDIA T4", 16_000_000_000)) == "NVIDIA T4, 16 GB"
    assert str(engine.Device("GPU", "Apple GPU", None)) == "Apple GPU"


@pytest.mark.slow
def test_memory_that_is_taken_raises_the_peak():
    before = engine.peak_memory()
    assert before > 50e6
    block = np.ones(int(before), "uint8")  # more than there ever was
    assert engine.peak_memory() - before > 0.5 * block.nbytes


def errors_of_the_backend():
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return [tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")]
    import torch

    apple = "MPS backend out of memory (MPS allocated: 8.9 GB, max allowed: 9.07 GB)"
    words = (apple, "DefaultCPUAllocator: not enough memory", "DefaultCPUAllocator: can't allocate memory")
    return [torch.OutOfMemoryError("CUDA out of memory."), *(RuntimeError(text) for text in words)]


def test_running_out_of_memory_is_told_from_other_errors():
    for error in (MemoryError(), *errors_of_the_backend()):
        assert engine.is_out_of_memory(error), error
    for error in (ValueError("shapes differ"), RuntimeError("shapes differ"), ValueError("out of memory")):
        assert not engine.is_out_of_memory(error), error


THREADS = """
from ganlib.backend import engine
import keras
print(engine.set_threads(0), engine.set_threads(3))
keras.ops.ones(1) + 1
print(engine.set_threads(4))
"""


@pytest.mark.slow
def test_threads_are_set_before_the_first_computation():
    result = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=True)
    later = {"tensorflow": 3, "torch": 4}[keras.backend.backend()]  # PyTorch can change them at any time
    assert [int(word) for word in result.stdout.split()] == [environment.processors(), 3, later]
