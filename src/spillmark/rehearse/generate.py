"""Makes a rehearsed theft: the evidence that an investigator would have, and the truth that only we know."""

from dataclasses import dataclass
from pathlib import Path

from spillmark.errors import UsageError
from spillmark.rehearse.dice import Dice
from spillmark.rehearse.drift import Life, new_registry
from spillmark.rehearse.export import write_describes, write_export
from spillmark.rehearse.honest import Routine
from spillmark.rehearse.journal import Journal, Trace
from spillmark.rehearse.known import write_facts, write_org
from spillmark.rehearse.org import Founder, Organisation
from spillmark.rehearse.reports import write_reports
from spillmark.rehearse.scenario import Cast, Scenario, load_cast, load_scenario
from spillmark.rehearse.session import Scribe
from spillmark.rehearse.settings import write_settings
from spillmark.rehearse.theft import Loot, Thief
from spillmark.rehearse.truth import Truth, tell

SMALLEST = 30


@dataclass(frozen=True)
class Played:
    """A scenario played through: the data after drift, what the thief got, and where it stands in the logs."""

    org: Organisation
    loot: Loot
    traces: tuple[Trace, ...]


def play(
    scenario: Scenario, cast: Cast, *, contacts: int, seed: int, noise: float = 1.0, folder: Path | None = None
) -> Played:
    """Plays a scenario: founds the organisation, lets the thief steal and life go on, and logs all of it.

    The logs are written below `folder`; without one they stay unwritten, and there are no traces.
    """
    founder = Founder(scenario, cast, seed)
    org = founder.found(contacts)
    journal = Journal(folder)
    scribe = Scribe(scenario.platform, journal, Dice(seed, "theft-log"))
    loot = Thief(scenario, org, scribe, Dice(seed, "theft")).steal()
    # Newcomers are numbered after every person who can have been drawn before.
    Life(scenario, org, Dice(seed, "drift")).go_on(founder, new_registry(scenario, cast, seed, 2 * contacts + 100))
    scribe = Scribe(scenario.platform, journal, Dice(seed, "honest-log"), first=10_000)
    Routine(scenario, org, scribe, Dice(seed, "honest"), noise=noise).live()
    return Played(org, loot, tuple(journal.close()))


def generate(
    scenario_id: str, out: Path, *, contacts: int | None = None, seed: int | None = None, noise: float = 1.0
) -> Truth:
    """Writes `out`/evidence/ and, beside it, `out`/truth.json; gives the truth.

    `contacts` is the size (the scenario's own where not given), `seed` the chance, `noise` multiplies the honest
    logins and look-ups of a day. The same arguments give the same bytes. Nothing here reads a clock.

    Raises:
        UsageError: no such scenario, the folder holds evidence already, or the size is below 30 contacts.
        ContentError: the scenario's file is wrong.
    """
    scenario, cast = load_scenario(scenario_id), load_cast()
    size = scenario.contacts if contacts is None else contacts
    chance = scenario.seed if seed is None else seed
    evidence = out / "evidence"
    if size < SMALLEST:
        raise UsageError(f"{size} contacts are too few", hint=f"give at least {SMALLEST}")
    if evidence.exists():
        raise UsageError("evidence is there already", where=str(evidence), hint="give a new folder")
    evidence.mkdir(parents=True)
    played = play(scenario, cast, contacts=size, seed=chance, noise=noise, folder=evidence)
    return _write(played, out, chance)


def _write(played: Played, out: Path, seed: int) -> Truth:
    evidence, scenario = out / "evidence", played.org.scenario
    write_export(played.org, evidence)
    write_describes(played.org, evidence)
    write_settings(played.org, evidence)
    write_org(scenario, evidence)
    write_facts(scenario, evidence)
    write_reports(scenario, evidence)
    truth = tell(played.org, played.loot, played.traces, seed=seed)
    truth.write(out / "truth.json")
    return truth
