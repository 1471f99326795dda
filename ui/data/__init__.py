"""The Data page: original images, and custom data sets."""
