"""Commands as pages show them: printed while the site is built, from what the build knows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from building import ROOT

from macros.cli import options, reads_files
from macros.cli.cached_facts import Known, known
from macros.cli.example import example
from macros.errors import ConfigError, Mistake


@pytest.fixture(scope="module")
def facts() -> Known:
    return known()


def test_an_example_is_a_prompt_with_the_command_and_what_it_prints(facts: Known) -> None:
    first, *printed = example("list gpus h100-sxm", None, facts).splitlines()
    assert first == "$ decode-equation list gpus h100-sxm"
    assert printed[0].split() == ["Id", "Name", "Memory", "Bandwidth", "FP16", "peak", "Board"]
    assert "3.35 TB/s" in printed[2]


def test_an_example_may_show_its_first_lines_only(facts: Known) -> None:
    assert example("list gpus h100-sxm", 1, facts).splitlines()[2:] == ["..."]


def test_an_example_answers_from_what_it_is_given_and_reads_no_file(
    facts: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    fewer = replace(facts.catalog, gpus={"b200": facts.catalog.gpu("b200")})
    monkeypatch.setattr(options, "known", None)
    shown = example("list gpus", None, replace(facts, catalog=fewer)).splitlines()
    assert [line.split()[0] for line in shown[3:]] == ["b200"]


def test_an_example_that_names_a_catalog_answers_from_that(
    facts: Known, catalog_copy: Path
) -> None:
    gpu = catalog_copy / "gpus" / "gaudi3.yml"
    gpu.write_text(gpu.read_text("utf-8").replace("name: ", "name: Another ", 1), "utf-8")
    shown = example(f"list gpus gaudi3 --catalog {catalog_copy}", None, facts)
    assert "Another" in shown
    assert "Another" not in example("list gpus gaudi3", None, facts)


@pytest.mark.parametrize(
    ("line", "lines", "said"),
    [
        ("list gpsu", None, "'gpsu' is no kind of entry; did you mean 'gpus'"),
        ("", None, "no command is named"),
        ("list 'gpus", None, "no closing quotation"),
        ("list gpus", 0, "lines: 0 shows nothing"),
    ],
)
def test_an_example_that_is_wrong_is_refused(
    facts: Known, line: str, lines: int | None, said: str
) -> None:
    with pytest.raises(Mistake, match=said):
        example(line, lines, facts)


def test_an_example_with_a_config_that_can_not_be_read_is_refused(facts: Known) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        example("predict --config none.json h100-sxm", None, facts)


@pytest.mark.parametrize(
    "line",
    [
        "predict --config config.json h100-sxm",
        "predict --config=config.json h100-sxm",
        "predict h100-sxm '--config' 'a file.json' --json",
        'predict h100-sxm "--config=a file.json"',
        "predict --config config.json --precison fp8 h100-sxm",
        "list gpus --catalog /elsewhere",
        "list --catalog=../catalog gpus",
        f"list gpus --catalog {ROOT / 'catalog'}",
    ],
)
def test_a_command_that_names_a_config_or_a_catalog_reads_a_file(line: str) -> None:
    assert reads_files(line)


@pytest.mark.parametrize(
    "line",
    [
        "predict llama-3-8b h100-sxm",
        "predict --help",
        "--help",
        "list gpus -- --config",
        "list measurements config catalog",
        "predict --precision --config h100-sxm",
        "explain --config x decode_tps",
        "no-command --config x",
        "predict 'llama-3-8b h100-sxm --config x",
        "",
    ],
)
def test_a_command_without_either_reads_none(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert not reads_files(line)
    assert capsys.readouterr().out == ""
