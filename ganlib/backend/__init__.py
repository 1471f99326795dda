"""What Keras does not cover alike on every backend; only this package imports TensorFlow or PyTorch.

`startup` chooses and loads the backend and is light; `engine` offers the functions of the one that was chosen.
"""
