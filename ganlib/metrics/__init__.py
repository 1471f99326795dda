"""How good are a GAN's samples? Classifiers that look at them, and measures of what they see.

Importing this package imports nothing heavy; some of its modules import Keras.
"""
