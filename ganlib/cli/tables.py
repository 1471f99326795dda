"""Tables on a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table


def print_table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table that keeps its lines whole when piped."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=1000)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column is columns[0])
    for row in rows:
        table.add_row(*row)
    console.print(table)
