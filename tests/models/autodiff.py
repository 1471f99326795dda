"""Gradients for tests, by each backend's own means and without ours."""

import keras

if keras.backend.backend() == "torch":
    import torch

    def differentiate(function, variables):
        """Return the value of `function()` and its gradients by some Keras variables."""
        value = function()
        return value.detach(), torch.autograd.grad(value, [variable.value for variable in variables])

    def squared_slopes(function, points):
        """Return the squared norm of the gradient of `function` at each point, (N,)."""
        points = torch.as_tensor(points).detach().requires_grad_()
        (slope,) = torch.autograd.grad(function(points).sum(), points, create_graph=True)
        return slope.square().sum(dim=(1, 2, 3))

else:
    import tensorflow as tf

    def differentiate(function, variables):
        """Return the value of `function()` and its gradients by some Keras variables."""
        with tf.GradientTape() as tape:
            value = function()
        return value, tape.gradient(value, [variable.value for variable in variables])

    def squared_slopes(function, points):
        """Return the squared norm of the gradient of `function` at each point, (N,)."""
        points = tf.convert_to_tensor(points)
        with tf.GradientTape() as tape:
            tape.watch(points)
            scores = function(points)
        return tf.reduce_sum(tape.gradient(scores, points) ** 2, axis=[1, 2, 3])
