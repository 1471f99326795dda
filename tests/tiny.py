"""Settings of a training of a second or two: dense networks, of which D has dropout, on the bundled digits."""

TINY = {
    "generator": "mlp",
    "discriminator": "mlp",
    "batch_size": 64,
    "max_seconds": 0.0,
    "max_steps": 45,
    "sample_every": 20,
    "sample_seconds": 0.0,
}
