"""Spectral normalisation: a discriminator whose layers cannot stretch their input.

Miyato et al. 2018, arXiv 1802.05957. Every kernel, read as a matrix W of outputs x inputs, is divided by its
largest singular value sigma: the most that W lengthens any vector. Power iteration estimates sigma. One round
per training call suffices, because W changes little from step to step and each round starts where the last
one ended.

Why not `keras.layers.SpectralNormalization`: that wrapper assigns W / sigma to the kernel itself. The
optimiser then works on weights that move at each forward pass, and no gradient flows through sigma, which is
another method than the paper's. Here the kernel stays what the optimiser made it, and the division is a part
of the forward pass.
"""

from typing import Any

import keras
from keras import ops


class SpectralNorm(keras.layers.Layer):  # type: ignore[misc]
    """Divides a kernel by an estimate of its largest singular value, in float32 under any precision.

    Its one weight, u, is the left singular vector found so far, one entry per output of the kernel. It is a
    layer of its own because Keras's Dense and Conv2D write only kernel and bias into a weights file, and the
    outputs depend on u, too. The iteration starts from a random vector drawn with `seed`.
    """

    def __init__(self, seed: int = 0) -> None:
        super().__init__(name="spectral_norm", dtype="float32")
        self.seed = seed

    def build(self, kernel_shape: tuple[int, ...]) -> None:
        """Create u for a kernel of shape (..., outputs)."""
        self.u = self.add_weight(
            name="u",
            shape=(kernel_shape[-1],),
            initializer=keras.initializers.RandomNormal(stddev=1.0, seed=self.seed),
            trainable=False,
        )

    def call(self, kernel: Any, training: bool = False) -> Any:
        """Return the kernel over sigma, in float32; a training call also moves u one iteration on."""
        # Keras keeps inputs x outputs: the transpose of the paper's W.
        matrix = ops.reshape(kernel, (-1, kernel.shape[-1]))
        # With v held constant, the gradient of sigma is u v^T, as in the paper.
        v = ops.stop_gradient(ops.normalize(ops.matmul(matrix, self.u)))
        stretched = ops.matmul(v, matrix)
        sigma = ops.norm(stretched)
        if training:
            self.u.assign(ops.stop_gradient(stretched / sigma))
        return kernel / sigma


class SpectralDense(keras.layers.Dense):  # type: ignore[misc]
    """A dense layer with its kernel divided by the kernel's largest singular value; `seed` starts the iteration."""

    def __init__(self, units: int, seed: int = 0, **options: Any) -> None:
        super().__init__(units, **options)
        self.spectral_norm = SpectralNorm(seed)

    def build(self, input_shape: tuple[int, ...]) -> None:
        super().build(input_shape)
        self.spectral_norm.build(self.kernel.shape)

    def call(self, inputs: Any, training: bool = False) -> Any:
        kernel = self.spectral_norm(self.kernel, training=training)
        outputs = ops.matmul(inputs, ops.cast(kernel, inputs.dtype))
        if self.bias is not None:
            outputs = ops.add(outputs, self.bias)
        return self.activation(outputs)


class SpectralConv2D(keras.layers.Conv2D):  # type: ignore[misc]
    """A convolution with its kernel divided by the kernel's largest singular value.

    The kernel is read as a matrix of filters x (height * width * channels), as in the paper. That bounds how
    much one patch is lengthened; the whole image can be a little more, where patches overlap.
    """

    def __init__(self, filters: int, kernel_size: int, seed: int = 0, **options: Any) -> None:
        super().__init__(filters, kernel_size, **options)
        self.spectral_norm = SpectralNorm(seed)

    def build(self, input_shape: tuple[int, ...]) -> None:
        super().build(input_shape)
        self.spectral_norm.build(self.kernel.shape)

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """Convolve with the normalised kernel; Keras itself passes `training` on to the inner layer."""
        return super().convolution_op(inputs, ops.cast(self.spectral_norm(kernel), inputs.dtype))
