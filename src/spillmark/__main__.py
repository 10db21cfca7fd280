"""`python -m spillmark` is the command line."""

import sys

from spillmark.cli import main

sys.exit(main())
