"""Reads every report under a folder and prints the reading as JSON; with --time only how long it took.

Usage: python benchmarks/reading.py FOLDER [--time]
"""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from spillmark.reading.read import ReadResult, ReportText, read

SUFFIXES = {".txt", ".md", ".html", ".htm", ".eml", ".xml"}


def load(folder: Path) -> list[ReportText]:
    """Gives the reports of a folder; the id is the file's name."""
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    return [ReportText(path.name, path.name, path.read_bytes()) for path in files]


def document(result: ReadResult) -> dict[str, object]:
    """Gives the JSON document of the reading contract."""
    reading = asdict(result.reading)
    return {**reading, "skipped": [asdict(skip) for skip in result.skipped]}


def main(arguments: list[str]) -> None:
    """Runs the benchmark."""
    texts = load(Path(arguments[0]))
    begun = time.perf_counter()
    result = read(texts)
    seconds = time.perf_counter() - begun
    if "--time" in arguments:
        begun = time.perf_counter()
        read(texts)
        warm = time.perf_counter() - begun
        print(f"{len(texts)} reports: {seconds:.2f} s first, {warm:.2f} s again ({len(texts) / warm:.0f} reports/s)")
        return
    print(json.dumps(document(result), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
