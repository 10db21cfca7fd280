"""Writes the expected cases anew and tells what changed: `python -m tests.refresh [NAME ...]`.

With --example the files of examples/ are made anew first; the output that README.md shows is written anew in any case.
Look at every line of the difference before committing it.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from spillmark.rehearse.generate import generate
from tests.conftest import NOW
from tests.golden import golden_cases, readable, refresh
from tests.readme import refresh_readme

EXAMPLE = Path(__file__).parent.parent / "examples" / "brackwater"


def refresh_example() -> None:
    """Makes the example anew from its scenario."""
    for name in ("evidence", "truth.json"):
        place = EXAMPLE / name
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
    generate("helpdesk-call", EXAMPLE)


def main(arguments: list[str]) -> int:
    """Refreshes the named cases, or all."""
    names = [argument for argument in arguments if not argument.startswith("--")]
    if "--example" in arguments:
        refresh_example()
    for golden in golden_cases():
        if names and golden.name not in names:
            continue
        with tempfile.TemporaryDirectory() as work:
            changed = refresh(golden, Path(work))
        sys.stdout.write(f"{golden.name}: {readable(changed) if changed else 'unchanged'}\n")
    sys.stdout.write(f"README.md: {'changed' if refresh_readme(NOW) else 'unchanged'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
