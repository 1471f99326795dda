"""The parts of a GAN: networks, initialisers, spectral normalisation, losses, and one training step.

Everything here is written in Keras and `keras.ops`, so that it runs on TensorFlow and on PyTorch alike; what
differs between the two stands in `ganlib.backend.engine`. Importing this package imports nothing heavy; its
modules import Keras.
"""
