"""What a training does besides training: each callback writes down, evaluates, saves, or listens to commands.

A callback is an object with any of the methods `on_start`, `on_step_chunk`, `on_epoch_end`, `on_pause`, `on_end` and
`on_activity` (see `Trainer.announce`), each of which is given the `Trainer`; and, if it must act after an exact number
of steps, `steps_until_due`.
"""
