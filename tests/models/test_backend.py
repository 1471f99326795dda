import os
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from ganlib.models import backend


def variable(value):
    return keras.Variable(np.asarray(value, "float32"))


# Gradients


def test_each_loss_is_differentiated_by_its_own_variables_in_one_forward_pass():
    g, d = variable(3.0), variable(5.0)
    passes = []

    def compute():
        passes.append(1)
        product = g * d
        return (ops.square(product), -product), "kept"

    (first, second), rest, gradients = backend.gradients(compute, ([g], [d]))
    assert len(passes) == 1
    assert (float(first), float(second), rest) == (225.0, -15.0, "kept")
    assert [[float(x) for x in group] for group in gradients] == [[2 * 3 * 25.0], [-3.0]]


def test_a_variable_without_influence_has_gradient_zero():
    used, unused = variable(2.0), variable([1.0, 1.0])
    _, _, (gradients,) = backend.gradients(lambda: ((used * used,), None), ([used, unused],))
    assert float(gradients[0]) == 4.0
    np.testing.assert_array_equal(ops.convert_to_numpy(gradients[1]), [0.0, 0.0])


def test_the_input_gradient_of_each_image_is_its_own():
    """The sum over the batch separates, if the function treats each image by itself: d/dx x^3 = 3 x^2."""
    x = ops.convert_to_tensor([[1.0], [2.0], [-3.0]])
    np.testing.assert_allclose(ops.convert_to_numpy(backend.input_gradient(lambda v: v**3, x)), [[3], [12], [27]])


def test_an_input_gradient_can_be_differentiated_again():
    """d/da sum of (d/dx a x^3) = 3 sum x^2."""
    a, x = variable(2.0), ops.convert_to_tensor([[1.0], [2.0]])

    def compute():
        return (ops.sum(backend.input_gradient(lambda v: a * v**3, x)),), None

    (loss,), _, ((gradient,),) = backend.gradients(compute, ([a],))
    assert float(loss) == 2 * 15.0
    assert float(gradient) == 15.0


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
    run = backend.compile_steps(step, ["total", "count"])
    found = run(np.arange(12, dtype="int32").reshape(3, 2, 2))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, [[6, 4], [28, 4], [66, 4]])
    assert float(ops.convert_to_numpy(total)) == 66


def test_another_number_of_steps_is_not_compiled_again():
    step, traces = counting_step(variable(0.0))
    run = backend.compile_steps(step, ["total"])
    for steps in (3, 1, 7):
        assert run(np.zeros((steps, 1, 4), "int32")).shape == (steps, 1)
    assert len(traces) == 1


def test_images_stay_bytes_where_they_are_kept():
    images = np.arange(12, dtype="uint8").reshape(3, 2, 2, 1)
    kept = backend.resident(images)
    assert keras.backend.standardize_dtype(kept.dtype) == "uint8"
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.take(kept, [2, 0], axis=0)), images[[2, 0]])


# The machine


def test_versions_name_what_results_depend_on():
    assert backend.versions() == {"keras": keras.__version__, "backend": "tensorflow", "tensorflow": tf.__version__}


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="this machine has a GPU")
def test_without_a_gpu_the_device_is_the_cpu():
    assert backend.device() == "CPU"


def test_the_processors_this_process_may_use_are_counted():
    assert 1 <= backend.cpu_count() <= os.cpu_count()


def test_threads_cannot_be_changed_once_something_was_computed():
    ops.convert_to_numpy(ops.ones(1) + 1)
    in_force = tf.config.threading.get_intra_op_parallelism_threads() or backend.cpu_count()
    assert backend.set_threads(in_force + 3) == in_force


def test_threads_are_set_before_the_first_computation():
    code = """
import tensorflow as tf
from ganlib.models import backend
print(backend.set_threads(0), backend.set_threads(3))
tf.ones(1) + 1
print(tf.config.threading.get_intra_op_parallelism_threads(), tf.config.threading.get_inter_op_parallelism_threads())
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [int(word) for word in result.stdout.split()] == [backend.cpu_count(), 3, 3, 3]
