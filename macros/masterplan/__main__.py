"""`python -m masterplan` is `masterplan`."""

from masterplan.cli import main

main()
