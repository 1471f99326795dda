"""A person's own images as a data set: taken in with suspicion, then a data set like any other.

from ganlib.data import own

with open("cats.zip", "rb") as file:
    dataset = own.import_zip(file, "cats", size=32, color=True)
images = data.load(dataset.name)  # own-cats-32-rgb
"""

from ganlib.data.custom.importer import import_files, import_folder, import_zip, permitted
from ganlib.data.custom.store import delete, names, notes

__all__ = ["delete", "import_files", "import_folder", "import_zip", "names", "notes", "permitted"]
