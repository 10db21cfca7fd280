"""Which event sources a Sigma log source (product, service) stands for; the table is content."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from spillmark import content
from spillmark.engine.interface import literal

PLACE = "rules/logsources.yaml"
ANY = "*"


@dataclass(frozen=True)
class LogSources:
    """Product to service to patterns of event sources; a pattern is a source id, or its beginning and a `*`."""

    products: dict[str, dict[str, tuple[str, ...]]]

    def patterns(self, product: str | None, service: str | None) -> tuple[str, ...]:
        """Gives the source patterns of a log source; an unknown one stands for sources named after it.

        A rule without a product is about every source.
        """
        if product is None:
            return (ANY,)
        services = self.products.get(product.lower(), {})
        default = f"{product.lower()}.{service.lower()}*" if service else f"{product.lower()}*"
        return services.get((service or ANY).lower(), (default,))


def load_logsources() -> LogSources:
    """Loads the table that is shipped with the rules."""
    table: dict[str, Any] = content.document(PLACE, content.text(PLACE))["products"]
    return LogSources(
        {
            product: {service: tuple(patterns) for service, patterns in services.items()}
            for product, services in table.items()
        }
    )


def selects(patterns: Sequence[str], source: str) -> bool:
    """Tells whether one of the patterns names the source."""
    return any(source.startswith(p[:-1]) if p.endswith(ANY) else source == p for p in patterns)


def condition(patterns: Sequence[str], column: str) -> str:
    """Gives the same question as SQL over a column."""
    tests = [
        f"starts_with({column}, {literal(p[:-1])})" if p.endswith(ANY) else f"{column} = {literal(p)}" for p in patterns
    ]
    return " OR ".join(tests) if tests else "false"
