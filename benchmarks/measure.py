"""Measures the reading against folders of reports with a gold.json: python -m benchmarks.measure DATA [SCORER].

DATA is a folder whose subfolders hold reports and gold.json; SCORER a program that takes the printed reading and such a
folder, by default score/score_reading.py beside DATA. Without one only times are printed.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.reading import load
from spillmark.output import reading as view
from spillmark.reading.read import read


def main(arguments: list[str]) -> int:
    """Measures every folder and prints what the scorer says."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    data = Path(arguments[0])
    scorer = Path(arguments[1]) if len(arguments) > 1 else data.resolve().parent / "score" / "score_reading.py"
    for gold in sorted(data.glob("**/gold.json")):
        measure(gold.parent, scorer if scorer.is_file() else None)
    return 0


def measure(folder: Path, scorer: Path | None) -> None:
    """Reads one folder of reports and has the result scored."""
    texts = load(folder)
    with tempfile.TemporaryDirectory() as work:
        printed = Path(work) / "reading.json"
        printed.write_text(view.json(read(texts).reading), encoding="utf-8")
        print(f"{folder.name}: {len(texts)} reports", flush=True)
        if scorer is not None:
            subprocess.run([sys.executable, str(scorer), str(printed), str(folder)], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
