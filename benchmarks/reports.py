"""Reading: invented reports to facts, incidents and campaigns; and whether twice as many cost twice.

Seconds are of the processor: reading runs on one core.
"""

from statistics import median

from benchmarks.figure import Bar, Figure, Plan, processor_seconds
from benchmarks.invented import reports
from spillmark.reading.read import read

COUNT = 400
BAR = Bar(100)
LINEAR = Bar(1.3, least=False)


def measure(plan: Plan) -> tuple[Figure, ...]:
    """Reads the reports; the first reading compiles the patterns and is not counted in the rate."""
    count = plan.scaled(COUNT)
    texts = reports(count)
    kilobytes = sum(len(text.data) for text in texts) / 1000
    first = processor_seconds(lambda: read(texts[:1]))
    result = read(texts).reading
    told = sum(1 for one in result.incidents if one.affected and one.data_taken)
    if told < 0.9 * count:
        raise AssertionError(f"only {told} of {count} reports gave an incident with figures and data")
    whole, half = (
        [processor_seconds(lambda part=part: read(part)) for _ in range(plan.repeat)]  # type: ignore[misc]
        for part in (texts, texts[: count // 2])
    )
    lasted = median(whole)
    about = f"{count} reports of {kilobytes / count:.1f} kB, {len(result.incidents)} incidents"
    return (
        Figure("reports per second", count / lasted, "1/s", about, BAR),
        Figure("text per second", kilobytes / lasted, "kB/s", about),
        Figure("cost of a report, against half as many", lasted / median(half) / 2, "x", about, LINEAR),
        Figure("first report of a run", first, "s", "patterns are compiled"),
    )
