"""Everything a person can choose, as tables of facts: names, one-line explanations, sources, defaults.

These modules import nothing heavy, so that forms, `--help` and validation never wait for Keras. How a choice
is computed stands in `ganlib.models` and `ganlib.data`, under the same name.
"""
