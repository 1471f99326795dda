"""Tools for maintainers; nothing in the app or the library needs them."""
