"""Custom data sets, made from a user's images; the input is validated.

from ganlib import data

with open("cats.zip", "rb") as file:
    dataset = data.custom.import_zip(file, "cats", size=32, color=True)
images = data.load(dataset.name).images  # own-cats-32-rgb
"""

from ganlib.data.custom.importer import import_files, import_folder, import_zip, permitted
from ganlib.data.custom.store import delete, folder, names, notes, owner, set_owner, size

__all__ = [
    "delete",
    "folder",
    "import_files",
    "import_folder",
    "import_zip",
    "names",
    "notes",
    "owner",
    "permitted",
    "set_owner",
    "size",
]
