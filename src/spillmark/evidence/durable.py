"""A file written so that it is whole or not there, whatever happens."""

import os
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Writes a file readable by its owner only: temporary name, fsync, rename."""
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    partial.replace(path)
