"""What a training does besides training: each callback writes down, evaluates, saves, or listens to commands.

A callback is an object with any of the methods `on_start`, `on_step_chunk`, `on_epoch_end`, `on_pause` and `on_end`,
each of which is given the `Trainer`; and, if it must act after an exact number of steps, `steps_until_due`.
"""
