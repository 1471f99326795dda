"""The plain loop in PyTorch: the same layers as modules, channels last, one step after the other.

It is written on its own, as someone would who knows PyTorch's examples: `autocast` for bfloat16, `torch.optim`,
images as floats in memory. It shares with what it is compared with the list of layers alone, so weights and
rounding differ.
"""

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from ganlib.backend.hardware import Tensor
from ganlib.config import TrainConfig
from ganlib.models.networks.from_config import build_discriminator_for, build_generator_for

_PLACES: dict[str, Callable[[], bool]] = {
    "cuda": torch.cuda.is_available,
    "mps": torch.backends.mps.is_available,
    "cpu": lambda: True,
}
_D_LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "non_saturating": lambda real, fake: functional.softplus(-real).mean() + functional.softplus(fake).mean(),
    "wgan": lambda real, fake: fake.mean() - real.mean(),
    "wgan_gp": lambda real, fake: fake.mean() - real.mean(),
}
_G_LOSSES: dict[str, Callable[[Tensor], Tensor]] = {
    "non_saturating": lambda fake: functional.softplus(-fake).mean(),
    "wgan": lambda fake: -fake.mean(),
    "wgan_gp": lambda fake: -fake.mean(),
}


class PlainLoop:
    """Trains the networks of a config the plain way; call `step`."""

    def __init__(self, config: TrainConfig, images: np.ndarray, value_range: tuple[float, float]) -> None:
        """Build the networks for images, uint8 (N, H, W, C), a loss of the source projects and a decided precision."""
        self.config = config
        self.place = torch.device(next(kind for kind, is_there in _PLACES.items() if is_there()))
        low, high = value_range
        floats = images.astype(np.float32) * ((high - low) / 255) + low
        self.images = torch.from_numpy(floats.transpose(0, 3, 1, 2)).to(self.place, memory_format=torch.channels_last)
        self.generator = self._module(build_generator_for(config))
        self.discriminator = self._module(build_discriminator_for(config))
        self.g_optimizer, self.d_optimizer = self._optimizer("g"), self._optimizer("d")

    def step(self) -> None:
        """Do one step: `critic_steps` updates of D and one of G."""
        if self.config.update == "simultaneous":
            self._both()
            return
        for _ in range(self.config.critic_steps):
            noise = self._noise()
            with torch.no_grad(), self._autocast():
                generated = self.generator(noise).float()
            real = self._real()
            d_loss = self._d_loss(real, generated, self._judge(real), self._judge(generated))
            self._update(self.d_optimizer, self.discriminator, d_loss)
            if self.config.loss == "wgan":
                with torch.no_grad():
                    for weight in self.discriminator.parameters():
                        weight.clamp_(-self.config.clip, self.config.clip)
        g_loss = _G_LOSSES[self.config.loss](self._judge(self._draw(noise)))
        self._update(self.g_optimizer, self.generator, g_loss)

    def wait(self) -> None:
        """Wait until the device has done all steps."""
        next(self.generator.parameters()).flatten()[0].item()

    def _both(self) -> None:
        real, generated = self._real(), self._draw(self._noise())
        scores, fake = self._judge(real), self._judge(generated)
        g_loss = _G_LOSSES[self.config.loss](fake)
        d_loss = self._d_loss(real, generated.detach(), scores, fake)
        g_gradients = torch.autograd.grad(g_loss, list(self.generator.parameters()), retain_graph=True)
        self._update(self.d_optimizer, self.discriminator, d_loss)
        self._follow(self.g_optimizer, self.generator, g_gradients)

    def _d_loss(self, images: Tensor, generated: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        loss = _D_LOSSES[self.config.loss](real, fake)
        if self.config.loss != "wgan_gp":
            return loss
        factor = torch.rand(len(images), 1, 1, 1, device=self.place)
        between = (factor * images + (1 - factor) * generated).requires_grad_()
        (slope,) = torch.autograd.grad(self._judge(between).sum(), between, create_graph=True)
        return loss + self.config.penalty_weight * ((slope.square().sum((1, 2, 3)) + 1e-12).sqrt() - 1).square().mean()

    def _update(self, optimizer: torch.optim.Optimizer, module: nn.Module, loss: Tensor) -> None:
        self._follow(optimizer, module, torch.autograd.grad(loss, list(module.parameters())))

    def _follow(self, optimizer: torch.optim.Optimizer, module: nn.Module, gradients: tuple[Tensor, ...]) -> None:
        for weight, gradient in zip(module.parameters(), gradients, strict=True):
            weight.grad = gradient
        optimizer.step()

    def _draw(self, noise: Tensor) -> Tensor:
        with self._autocast():
            return self.generator(noise).float()

    def _judge(self, images: Tensor) -> Tensor:
        with self._autocast():
            return self.discriminator(images).float()

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.place.type, torch.bfloat16, enabled=self.config.precision == "bfloat16")

    def _real(self) -> Tensor:
        return self.images[torch.randint(len(self.images), (self.config.batch_size,), device=self.place)]

    def _noise(self) -> Tensor:
        return torch.randn(self.config.batch_size, self.config.latent_dim, device=self.place)

    def _module(self, model: keras.Model) -> nn.Module:
        modules = [module for layer in model.layers for module in _modules(layer)]
        return nn.Sequential(*modules).to(self.place, memory_format=torch.channels_last)

    def _optimizer(self, network: str) -> torch.optim.Optimizer:
        rate, beta_1 = (getattr(self.config, f"{network}_{key}") for key in ("learning_rate", "beta_1"))
        weights = (self.generator if network == "g" else self.discriminator).parameters()
        if getattr(self.config, f"{network}_optimizer") == "rmsprop":
            return torch.optim.RMSprop(weights, rate)
        return torch.optim.Adam(weights, rate, betas=(beta_1, 0.999))


class _Reshape(nn.Module):  # type: ignore[misc]
    """From a row of numbers to a map, (N, C, H, W)."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        height, width, channels = shape
        self.shape = (channels, height, width)

    def forward(self, rows: Tensor) -> Tensor:
        return rows.view(-1, *self.shape).contiguous(memory_format=torch.channels_last)


class _Crop(nn.Module):  # type: ignore[misc]
    """Cut a map to a size: PyTorch has no padding "same" for a transposed convolution."""

    def __init__(self, size: tuple[int, ...]) -> None:
        super().__init__()
        self.size = size

    def forward(self, images: Tensor) -> Tensor:
        return images[..., : self.size[0], : self.size[1]]


def _dense(layer: keras.layers.Dense) -> list[nn.Module]:
    return [nn.Linear(*layer.kernel.shape, bias=layer.use_bias)]


def _conv(layer: keras.layers.Conv2D) -> list[nn.Module]:
    stride, (kernel, _, inputs, outputs) = layer.strides[0], layer.kernel.shape
    # With a stride, Keras pads one side more than the other, which takes a pass of its own here: plain code pads both.
    padding = "same" if stride == 1 else (kernel - 1) // 2
    return [nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=layer.use_bias)]


def _up(layer: keras.layers.Conv2DTranspose) -> list[nn.Module]:
    stride, (kernel, _, outputs, inputs) = layer.strides[0], layer.kernel.shape
    # A stride leaves open how large the output is, hence `output_padding`; without one it may be a line too large.
    padding = (kernel - stride + (stride > 1)) // 2
    more = 2 * padding - (kernel - stride) if stride > 1 else 0
    up = nn.ConvTranspose2d(inputs, outputs, kernel, stride, padding, more, bias=layer.use_bias)
    return [up] if stride > 1 or kernel % 2 else [up, _Crop(layer.output.shape[1:3])]


def _norm(layer: keras.layers.BatchNormalization) -> list[nn.Module]:
    kind = nn.BatchNorm2d if len(layer.input.shape) == 4 else nn.BatchNorm1d
    return [kind(layer.input.shape[-1], eps=layer.epsilon, momentum=1 - layer.momentum)]


_TRANSLATIONS: Mapping[str, Callable[..., list[nn.Module]]] = {
    "Dense": _dense,
    "Conv2D": _conv,
    "Conv2DTranspose": _up,
    "BatchNormalization": _norm,
    "LeakyReLU": lambda layer: [nn.LeakyReLU(layer.negative_slope)],
    "Dropout": lambda layer: [nn.Dropout(layer.rate)],
    "MaxPooling2D": lambda layer: [nn.MaxPool2d(2)],
    "Flatten": lambda layer: [nn.Flatten()],
    "Reshape": lambda layer: [_Reshape(layer.target_shape)],
}
_ACTIVATIONS: Mapping[str, type[nn.Module]] = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


def _modules(layer: Any) -> list[nn.Module]:
    """Return what a Keras layer is in PyTorch; raises KeyError for one that no preset of the projects has."""
    modules = _TRANSLATIONS[layer.__class__.__name__](layer)
    activation = getattr(getattr(layer, "activation", None), "__name__", "linear")
    if layer.__class__.__name__ == "LeakyReLU" or activation not in _ACTIVATIONS:
        return modules
    return [*modules, _ACTIVATIONS[activation]()]
