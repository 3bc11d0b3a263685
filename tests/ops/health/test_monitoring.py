"""Dashboard, alert rules and documentation speak of figures that a bot really exports, and of all of them."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.ops.health.scrapes import Scrape, free_port, scrape, until_scraped
from tests.wire.deployment import Deployment, at

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "docs" / "monitoring"
WORDS = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
SELECTOR = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*\{([^}]*)\}")
MATCHER = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"([^"]*)"')
BY = re.compile(r"\b(?:by|without)\s*\(([^)]*)\)")
# What Prometheus itself adds to every sample, and the series it makes for each target.
ADDED_LABELS = {"job", "instance"}
ADDED_SERIES = {"up"}


def alerts() -> list[dict[str, Any]]:
    text = YAML(typ="safe").load((FOLDER / "alerts.yml").read_text())
    return [rule for group in text["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    return [p for p in json.loads((FOLDER / "grafana.json").read_text())["panels"] if p["type"] != "row"]


def expressions() -> list[str]:
    return [rule["expr"] for rule in alerts()] + [t["expr"] for panel in panels() for t in panel["targets"]]


def names_in(expression: str) -> set[str]:
    bare = re.sub(r'"[^"]*"', "", expression)
    return {word for word in WORDS.findall(bare) if word.startswith(("studyloop_", "process_", "up"))}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Scrape:
    """A scrape of a real process that has asked a question, been answered, and lost its connection once."""
    return asyncio.run(_work(tmp_path_factory.mktemp("worked")))


async def _work(folder: Path) -> Scrape:
    port = free_port()
    (folder / "backups").mkdir()
    async with Deployment(folder, HEALTH_PORT=str(port), BACKUP_DIR=str(folder / "backups")) as deployment:
        (group,) = await deployment.found("open", members=1)
        await deployment.start(at(0, "09:00:05"))
        await deployment.quiet()
        await deployment.answer(group.members[0], deployment.question(group))
        await deployment.server.slash(group.members[0], group.channel, "today")
        await deployment.server.autocomplete(group.members[0], group.channel, "today", "date")
        deployment.server.gateway.drop()
        await until_scraped(port, lambda s: s.value("studyloop_gateway_events_total", event="resumed") == 1)
        await deployment.quiet()
        return await scrape(port)


@pytest.mark.wire
def test_every_name_and_label_of_an_expression_is_exported(exported: Scrape) -> None:
    for expression in expressions():
        names = names_in(expression)
        assert names, expression
        for name in names - ADDED_SERIES:
            assert name in exported.names, f"{name} in {expression}"
        labels = {key for name in names for found in exported.labels(name) for key in found} | ADDED_LABELS
        for listed in BY.findall(expression):
            assert {word.strip() for word in listed.split(",")} <= labels, expression
        for name, matchers in SELECTOR.findall(expression):
            for label, operator, value in MATCHER.findall(matchers):
                assert label in labels, f"{label} in {expression}"
                check_value(exported, name, label, operator, value)


def check_value(exported: Scrape, name: str, label: str, operator: str, value: str) -> None:
    """A value that is compared with is one that the label has, as far as those begin at 0."""
    if label in ADDED_LABELS:
        return
    has = {found[label] for found in exported.labels(name)}
    if label == "outcome" and name == "studyloop_interactions_total":
        has = {"ok", "refused", "unknown", "error", "discord", "too_late"}
    if name == "studyloop_gateway_events_total":
        has |= {"lost"}
    wanted = value.split("|") if operator in {"=~", "!~"} else [value]
    assert set(wanted) <= has, f"{name}: {label} is never {set(wanted) - has}"


@pytest.mark.wire
def test_every_figure_is_shown_or_watched_and_documented(exported: Scrape) -> None:
    documented = "\n".join(path.read_text() for path in (ROOT / "docs").rglob("*.md"))
    used = "\n".join(expressions())
    families = [name for name in exported.families if name.startswith("studyloop_")]
    assert len(families) > 25
    for name in families:
        family = exported.families[name]
        whole = f"{name}_total" if family.type == "counter" else name
        assert f"`{whole}`" in documented, f"{whole} stands in no document"
        assert whole in used, f"{whole} is neither on the dashboard nor in a rule"


@pytest.mark.wire
def test_every_documented_figure_is_exported(exported: Scrape) -> None:
    for name in set(re.findall(r"`(studyloop_\w+)`", (FOLDER / "README.md").read_text())):
        assert exported.names & {name, f"{name}_count"}, f"{name} does not exist"


def test_the_rules_have_the_form_of_prometheus() -> None:
    names = [rule["alert"] for rule in alerts()]
    assert len(set(names)) == len(names)
    for rule in alerts():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"StudyLoop[A-Za-z]+", rule["alert"])
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert set(rule["annotations"]) == {"summary", "action"}
        assert re.fullmatch(r"\d+[smhd]", rule.get("for", "0s"))
        assert rule["expr"].count("(") == rule["expr"].count(")")
        template = re.findall(r"\$labels\.(\w+)", json.dumps(rule["annotations"]))
        assert set(template) <= {w.strip() for found in BY.findall(rule["expr"]) for w in found.split(",")}


def test_the_dashboard_can_be_imported() -> None:
    board = json.loads((FOLDER / "grafana.json").read_text())
    assert board["schemaVersion"] >= 36
    assert (board["id"], board["title"]) == (None, "StudyLoop")
    variables = {one["name"]: one for one in board["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource"
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    for panel in panels():
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert panel["title"]
        assert panel["description"]
        for target in panel["targets"]:
            assert target["expr"].count("(") == target["expr"].count(")")
