"""How long a test waits for something before it fails."""

from typing import Final

PATIENCE: Final = 30.0  # seconds; what is waited for takes one or two, but the machine may be busy
