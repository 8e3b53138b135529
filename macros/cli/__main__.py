"""`python -m macros.cli` is `decode-equation`."""

import sys

from macros.cli import main

sys.exit(main())
