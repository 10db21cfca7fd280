"""What the organisation knows of itself and of the incident: org.yaml and facts.yaml."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from spillmark.rehearse.scenario import ConnectedApp, Scenario


def write_org(scenario: Scenario, folder: Path) -> None:
    """Writes org.yaml: organisation, vendors, networks and the apps that the organisation has approved."""
    apps = [_known(app) for key, app in scenario.apps.items() if key != scenario.thief.app]
    body = {
        "organisation": scenario.organisation,
        "role": "owner",
        "vendors": list(scenario.vendors),
        "apps": apps,
        "networks": list(scenario.networks),
    }
    _write(folder / "org.yaml", body)


def write_facts(scenario: Scenario, folder: Path) -> None:
    """Writes facts.yaml: what no log can say."""
    _write(folder / "facts.yaml", scenario.facts)


def _known(app: ConnectedApp) -> dict[str, Any]:
    said = {name: value for name, value in asdict(app).items() if value}
    if "networks" in said:
        said["networks"] = list(app.networks)
    return said


def _write(path: Path, body: dict[str, Any]) -> None:
    text = yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=120)
    path.write_text(text, encoding="utf-8")
