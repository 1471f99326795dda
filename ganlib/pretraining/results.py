"""`docs/results.md`: words from a template, every number and picture from what ships."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from ganlib import files, shipped
from ganlib.choices.table import pick
from ganlib.pretraining import pictures, tables
from ganlib.pretraining.page import Page

DOCS = Path(__file__).parents[2] / "docs"
TEMPLATE = Path(__file__).with_name("results.template.md")
PAGE = "results.md"

_BLOCK = re.compile(r"^<!-- (\w+)(?: ([\w-]+))? -->$", re.MULTILINE)

BLOCKS: Mapping[str, Callable[[Page, str], str]] = {
    "pictures": pictures.pictures,
    "losses": pictures.losses,
    "run_losses": pictures.run_losses,
    "distances": pictures.distances,
    "bands": pictures.bands,
    "metrics": tables.metrics,
    "models": tables.models,
    "machines": tables.machines,
    "demands": tables.demands,
    "ends": tables.ends,
    "published": tables.published,
    "tf_gan": tables.tf_gan,
    "finding": tables.finding,
}
"""What stands in the place of a line `<!-- name argument -->` of the template."""


def write(docs: Path | None = None, home: Path | None = None) -> Path:
    """Write the page and its charts.

    Args:
        docs: the folder of both, by default `DOCS`; findings are read from `findings/` in it.
        home: the folder of all that ships, by default `shipped.HOME`.

    Returns:
        The page's path.

    Raises:
        UserError: the manifest is damaged, or the template asks for what is not there.
        OSError: the page cannot be written.
    """
    docs = docs or DOCS
    page = Page(docs, home or shipped.HOME)
    template = TEMPLATE.read_text(encoding="utf-8")
    text = _BLOCK.sub(lambda found: pick(BLOCKS, found[1], "block")(page, found[2] or ""), template)
    files.write_bytes(docs / PAGE, text.encode())
    return docs / PAGE
