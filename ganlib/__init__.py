"""GAN Explorer's library: train generative adversarial networks briefly and look inside.

Importing this package is cheap: Keras and its backend are loaded only by the parts that compute.
"""

from ganlib.backend.startup import configure_keras

__version__ = "0.1.0"

configure_keras()
