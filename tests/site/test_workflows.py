"""What is deployed is what was tested, by workflows that may do no more than they must."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from building import ROOT

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
PINNED = re.compile(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
UNTRUSTED = ("pull_request_target", "workflow_run", "issue_comment")


def parsed(name: str) -> dict[str, Any]:
    # YAML 1.1 reads the key `on` as a truth value.
    text = re.sub(r"(?m)^on:", '"on":', (FOLDER / name).read_text("utf-8"))
    made = yaml.safe_load(text)
    assert isinstance(made, dict)
    return made


def jobs(name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = parsed(name)["jobs"]
    return found


def steps(job: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = job.get("steps", [])
    return found


def using(job: dict[str, Any], action: str) -> list[dict[str, Any]]:
    return [step for step in steps(job) if str(step.get("uses", "")).startswith(f"{action}@")]


def floating(text: str) -> list[str]:
    """Actions that are not pinned to a commit, with the version that it is."""
    used = re.findall(r"(?m)^\s*(?:- )?uses: (.*)$", text)
    return [
        action for action in used if not action.startswith("./") and not PINNED.fullmatch(action)
    ]


def test_every_action_is_pinned_to_a_commit_whose_version_is_told() -> None:
    assert {path.name for path in WORKFLOWS} == {"ci.yml", "deploy.yml", "links.yml"}
    assert {path.name: floating(path.read_text("utf-8")) for path in WORKFLOWS} == {
        path.name: [] for path in WORKFLOWS
    }
    assert floating("      - uses: actions/checkout@v6") == ["actions/checkout@v6"]


def test_an_auditor_of_workflows_finds_nothing() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    if not zizmor.exists():
        pytest.skip("zizmor is not installed")
    audit = subprocess.run(
        [zizmor, "--offline", "--no-progress", "--quiet", FOLDER], capture_output=True, text=True
    )
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_one_action_has_one_version() -> None:
    used = {hit for path in WORKFLOWS for hit in re.findall(r"uses: (\S+@\S+)", path.read_text())}
    assert len({action.partition("@")[0] for action in used}) == len(used)


def loose(workflow: dict[str, Any]) -> Iterator[str]:
    """What a workflow may do without saying why, or without end."""
    if workflow.get("permissions") not in ({}, {"contents": "read"}):
        yield "permissions of all jobs"
    for name, job in workflow["jobs"].items():
        if "uses" not in job and not 0 < job.get("timeout-minutes", 0) <= 30:
            yield f"{name}: no end"
        if any(
            step.get("with", {}).get("persist-credentials") is not False
            for step in using(job, "actions/checkout")
        ):
            yield f"{name}: keeps credentials"
        if any("${{" in str(step.get("run", "")) for step in steps(job)):
            yield f"{name}: pastes values into a script"
        writes = {right for right, how in job.get("permissions", {}).items() if how == "write"}
        if writes and name not in {"deploy", "attest", "publish"}:
            yield f"{name}: writes"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_only_the_rights_it_needs(path: Path) -> None:
    workflow = parsed(path.name)
    assert list(loose(workflow)) == []
    assert not set(UNTRUSTED) & set(workflow["on"])


def test_a_workflow_that_takes_more_is_noticed() -> None:
    job = {
        "timeout-minutes": 300,
        "permissions": {"contents": "write"},
        "steps": [{"uses": "actions/checkout@x"}, {"run": "echo ${{ github.head_ref }}"}],
    }
    assert len(list(loose({"permissions": "write-all", "jobs": {"build": job}}))) == 5


def test_the_site_is_built_once_and_every_test_runs_on_that_artifact() -> None:
    ci = jobs("ci.yml")
    building = [name for name, job in ci.items() if "make site" in str(steps(job))]
    assert building == ["site"]
    assert using(ci["site"], "actions/upload-pages-artifact")[0]["with"] == {"path": "site"}

    assert ci["test"]["needs"] == "site"
    (taken,) = using(ci["test"], "actions/download-artifact")
    assert taken["with"]["name"] == "github-pages"
    (tested,) = (step for step in steps(ci["test"]) if "TESTED_SITE" in str(step.get("env")))
    assert ".ci/run" in tested["run"]


def test_every_python_that_the_project_names_tests_the_site_and_builds_it_again() -> None:
    # How it is built again: test_three_pythons.py, as a part of `make test`.
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [each.rpartition(" ")[2] for each in project["classifiers"] if ":: 3." in each]
    assert jobs("ci.yml")["test"]["strategy"]["matrix"]["python"] == named
    assert len(named) == 3
    assert (ROOT / ".ci" / "run").read_text("utf-8").endswith("make check\nmake test\n")


def test_only_what_passed_on_the_main_branch_is_deployed() -> None:
    ci = jobs("ci.yml")
    assert set(ci["passed"]["needs"]) == {"site", "test"}
    assert ci["deploy"]["needs"] == "passed"
    assert ci["deploy"]["if"] == "github.event_name == 'push' && github.ref == 'refs/heads/main'"
    assert ci["deploy"]["uses"] == "./.github/workflows/deploy.yml"


def test_deploying_builds_nothing_and_attests_what_it_publishes() -> None:
    deploy = jobs("deploy.yml")
    assert list(parsed("deploy.yml")["on"]) == ["workflow_call"]
    assert not any("run" in step for job in deploy.values() for step in steps(job))
    assert using(deploy["attest"], "actions/attest-build-provenance")
    assert deploy["publish"]["needs"] == "attest"
    assert deploy["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert deploy["publish"]["environment"]["name"] == "github-pages"


def test_sources_are_tried_every_week() -> None:
    (cron,) = (entry["cron"] for entry in parsed("links.yml")["on"]["schedule"])
    _minute, _hour, day, month, weekday = cron.split()
    assert (day, month) == ("*", "*")
    assert weekday in set("0123456")
    assert "macros.catalog.check_links --check" in str(steps(jobs("links.yml")["sources"]))


def test_hooks_before_a_commit_fetch_nothing() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert {hook["language"] for hook in hooks} == {"system"}
    assert "make check" in {hook["entry"] for hook in hooks}


def test_the_citation_says_what_the_project_says_of_itself() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert citation["cff-version"] == "1.2.0"
    assert (citation["title"], citation["url"]) == (site["site_name"], site["site_url"])
    assert citation["version"] == project["version"]
    assert citation["license"] == "CC-BY-4.0"
    assert citation["authors"]
