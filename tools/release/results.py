"""`docs/results.md`: words from a template, every number and picture from what ships. The README shows some of it."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from ganlib.catalog.table import pick
from ganlib.data import shipped
from ganlib.utils import files
from tools.release import charts, tables
from tools.release.results_page import Page

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
TEMPLATE = Path(__file__).with_name("results.template.md")
PAGE = "results.md"

_BLOCK = re.compile(r"^<!-- (\w+)(?: ([\w-]+))? -->$", re.MULTILINE)
_SHOWN = re.compile(r"(?P<mark>^<!-- (?!end )(\w+)(?: ([\w-]+))? -->\n).*?(?=^<!-- end -->$)", re.MULTILINE | re.DOTALL)

BLOCKS: Mapping[str, Callable[[Page, str], str]] = {
    "pictures": charts.pictures,
    "small": charts.small,
    "losses": charts.losses,
    "run_losses": charts.run_losses,
    "distances": charts.distances,
    "bands": charts.bands,
    "metrics": tables.metrics,
    "models": tables.models,
    "machines": tables.machines,
    "demands": tables.demands,
    "ends": tables.ends,
    "published": tables.best_published,
    "tf_gan": tables.tf_gan,
    "finding": tables.finding,
}
"""What stands in the place of a line `<!-- name argument -->` of the template."""


def write(docs: Path | None = None, home: Path | None = None) -> Path:
    """Write the page and its charts into `docs`, from what ships in `home`; return the page's path.

    Findings are read from `docs/findings/`. A damaged manifest, or a block that does not exist, is a `UserError`.
    """
    docs = docs or DOCS
    docs.mkdir(parents=True, exist_ok=True)
    page = Page(docs, home or shipped.HOME)
    template = TEMPLATE.read_text(encoding="utf-8")
    text = _BLOCK.sub(lambda found: _block(page, found[1], found[2]), template)
    files.write_bytes(docs / PAGE, text.encode())
    return docs / PAGE


def refresh(readme: Path | None = None, home: Path | None = None) -> Path:
    """Update what a document shows between `<!-- name argument -->` and `<!-- end -->`; else as `write`."""
    readme = readme or README
    page = Page(readme.parent, home or shipped.HOME)
    text = _SHOWN.sub(
        lambda found: f"{found['mark']}\n{_block(page, found[2], found[3])}\n\n", readme.read_text(encoding="utf-8")
    )
    files.write_bytes(readme, text.encode())
    return readme


def _block(page: Page, name: str, argument: str | None) -> str:
    return pick(BLOCKS, name, "block")(page, argument or "")
