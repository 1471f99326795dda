"""What `pip install .` takes along: `ganlib`, and with it the classifiers and models of `pretrained/`."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["ganlib", "ganlib.*"]), "ganlib.pretrained"],
    package_dir={"ganlib.pretrained": "pretrained"},
    package_data={"ganlib": ["**/*.jinja", "**/*.json", "**/*.md"], "ganlib.pretrained": ["**/*"]},
)
