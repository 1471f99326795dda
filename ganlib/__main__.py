"""`python -m ganlib`: the library on the command line."""

from ganlib.cli import main

raise SystemExit(main())
