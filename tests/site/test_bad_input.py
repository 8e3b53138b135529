"""A mistake stops the build with one line that says where and what, and the site stays as it was."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from building import ROOT, Project, WarmBuilder, contents, small_copy_of

pytestmark = pytest.mark.builds

PAGE = "docs/index.md"
H100 = "catalog/gpus/h100-sxm.yml"
FIGURE = '{{ figure("memory_time") }}'
RATIO = '{{ ratio(figure("memory_time"), figure("compute_time")'


class Mistake(NamedTuple):
    """An edit that breaks the project, and what the build says to it after `file:line: `."""

    what: str
    file: str
    old: str
    new: str
    says: str


ON_A_PAGE = [
    Mistake(
        "an unknown model in the front matter",
        PAGE,
        "model: llama-3-70b",
        "model: lama-3-70b",
        r"'lama-3-70b'.* did you mean 'llama-3-70b'",
    ),
    Mistake(
        "an unknown axis in the front matter",
        PAGE,
        "precision: fp16",
        "precison: fp16",
        r"'precison' is not an axis of a scenario; did you mean 'precision'",
    ),
    Mistake(
        "a scenario that is no mapping",
        PAGE,
        "{model: llama-3-70b, gpu: h100-sxm, precision: fp16}",
        "llama-3-70b",
        r"'llama-3-70b' is not a list of axes and names",
    ),
    Mistake(
        "a card of a page without a scenario",
        PAGE,
        'scenario: {model: llama-3-70b, gpu: h100-sxm, precision: fp16}\n---\n\n# A small page { #top }\n\nA step takes {{ figure("memory_time") }}.',
        "card: true\n---\n\n# A small page { #top }",
        r"no model|names no|scenario",
    ),
    Mistake(
        "an unknown quantity",
        PAGE,
        FIGURE,
        '{{ figure("memory_tiem") }}',
        r"'memory_tiem' is not a quantity of the law; did you mean 'memory_time'",
    ),
    Mistake(
        "an unknown unit",
        PAGE,
        FIGURE,
        '{{ figure("memory_time", unit="mss") }}',
        r"unit 'mss' cannot show s; did you mean 'ms'",
    ),
    Mistake(
        "an unknown GPU in a macro",
        PAGE,
        FIGURE,
        '{{ figure("memory_time", gpu="h200-smx") }}',
        r"'h200-smx'.* did you mean 'h200-sxm'",
    ),
    Mistake(
        "an unknown measurement",
        PAGE,
        FIGURE,
        '{{ measured("gf-0200") }}',
        r"'gf-0200'.* did you mean 'gf-020'",
    ),
    Mistake(
        "an unknown macro",
        PAGE,
        FIGURE,
        '{{ figur("memory_time") }}',
        r"'figur' is not a macro; did you mean 'figure'",
    ),
    Mistake("an unknown variable", PAGE, FIGURE, "{{ ratoi }}", r"'ratoi'.* did you mean 'ratio'"),
    Mistake(
        "an unknown chart",
        PAGE,
        FIGURE,
        '{% call chart("naiv", title="A") %} {% endcall %}',
        r"'naiv' is not a chart; did you mean 'naive'",
    ),
    Mistake(
        "an unknown option of a figure",
        PAGE,
        FIGURE,
        '{{ figure("memory_time", digit=4) }}',
        r"'digit' is not an axis of a scenario",
    ),
    Mistake(
        "an argument that a macro does not take",
        PAGE,
        FIGURE,
        f"{RATIO}, digit=4) }}}}",
        r".*'digit'",
    ),
    Mistake("a broken template", PAGE, FIGURE, '{{ figure("memory_time" }}', r".*'\}'"),
    Mistake(
        "a false claim",
        PAGE,
        FIGURE,
        '{{ claim("at once", figure("memory_time") < 0.001) }}',
        r"the claim 'at once' does not hold: memory_time\(.*\) = 41\.5.ms < 0\.001",
    ),
    Mistake(
        "a claim without a condition",
        PAGE,
        FIGURE,
        '{{ claim("surely") }}',
        r"the claim 'surely' gives no condition, so it could never fail",
    ),
    Mistake(
        "a speed of weights that do not fit",
        PAGE,
        FIGURE,
        '{{ figure("decode_tps") }}',
        r"decode_tps\(llama-3-70b,h100-sxm,fp16,1,1,0\): the weights need 2 GPUs, not 1",
    ),
    Mistake(
        "a macro in the front matter",
        PAGE,
        "title: A small page",
        'title: A step of {{ figure("memory_time") }}',
        r"title: .* holds a macro; front matter is plain text",
    ),
    Mistake(
        "a macro without its call",
        PAGE,
        FIGURE,
        "{{ figure }}",
        r"'figure' stands without its call",
    ),
    Mistake(
        "a macro in single braces",
        PAGE,
        FIGURE,
        '{ figure("memory_time") }',
        r"'\{ figure\(' would be published as it stands",
    ),
    Mistake(
        "a macro in braces that are apart",
        PAGE,
        FIGURE,
        '{ { figure("memory_time") } }',
        r"'\{ \{ figure\(' would be published as it stands",
    ),
    Mistake(
        "a macro in full-width braces",
        PAGE,
        FIGURE,
        '\uff5b\uff5b figure("memory_time") \uff5d\uff5d',
        r"figure\(' would be published as it stands",
    ),
]
# The rules of the catalog are tested with the catalog: here is how its messages reach an editor.
IN_THE_CATALOG = [
    Mistake("a missing field", H100, "bandwidth:", "bandwidht:", r"bandwidht: unknown field; did you mean 'bandwidth'"),
    Mistake("a negative number", H100, "3.35 TB/s", "-3.35 TB/s", r"bandwidth.*'-3\.35 TB/s'"),
    Mistake("text for a number", H100, "3.35 TB/s", "fast", r"bandwidth.*'fast'"),
    Mistake("a field twice", H100, "vendor: NVIDIA", "name: Twice", r"'name' stands twice"),
    Mistake("broken YAML", H100, "vendor: NVIDIA", "vendor: NVIDIA: X", r"broken YAML"),
]  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, warm: WarmBuilder) -> Project:
    project = small_copy_of(ROOT, tmp_path_factory.mktemp("good"))
    build = warm.build(project)
    assert build.returncode == 0, build.stdout
    return project


@pytest.fixture
def project(good: Project, tmp_path: Path) -> Project:
    """A small project with its built site, for a test to break."""
    return Project(shutil.copytree(good.root, tmp_path / "project", symlinks=True))


def assert_stopped(warm: WarmBuilder, project: Project, where: str, says: str) -> None:
    before = contents(project.site)
    build = warm.build(project)
    assert build.returncode != 0
    assert re.search(rf"(?m)(^|\s){re.escape(where)}: .*{says}", build.stdout), build.stdout
    assert "Traceback" not in build.stdout, build.stdout
    assert contents(project.site) == before


@pytest.mark.parametrize("mistake", ON_A_PAGE + IN_THE_CATALOG, ids=lambda mistake: mistake.what)
def test_the_build_stops_at(warm: WarmBuilder, project: Project, mistake: Mistake) -> None:
    project.edit(mistake.file, mistake.old, mistake.new)
    line = project.line_of(mistake.file, mistake.new.splitlines()[0])
    assert_stopped(warm, project, f"{mistake.file}:{line}", mistake.says)


def test_the_build_stops_at_a_removed_gpu_that_a_measurement_names(
    warm: WarmBuilder, project: Project
) -> None:
    (project.root / "catalog" / "gpus" / "a100-sxm-80gb.yml").unlink()
    rows = "catalog/measurements/gpt-fast.yml"
    line = project.line_of(rows, "gpu_id: a100-sxm-80gb")
    assert_stopped(warm, project, f"{rows}:{line}", r".*'a100-sxm-80gb'.*did you mean")


def test_the_build_stops_in_one_line_where_too_few_sources_are_usable(
    warm: WarmBuilder, project: Project
) -> None:
    before = contents(project.site)
    for path in (project.root / "catalog" / "measurements").glob("*.yml"):
        if path.stem != "gpt-fast":
            text = re.sub(r"(?m)^    left_out: .*\n", "", path.read_text("utf-8"))
            left_out = re.sub(r"(?m)^  - id: .*\n", r"\g<0>    left_out: of no use\n", text)
            path.write_text(left_out, "utf-8")
    build = warm.build(project)
    assert build.returncode != 0
    (told,) = [line for line in build.stdout.splitlines() if "two sources" in line]
    assert "only 'gpt-fast' has any; give rows in catalog/measurements" in told
    assert "Traceback" not in build.stdout, build.stdout
    assert contents(project.site) == before


def test_the_line_of_a_mistake_counts_from_the_top_of_a_file_with_macros_over_many_lines(
    warm: WarmBuilder, project: Project
) -> None:
    project.edit(PAGE, FIGURE, f'{FIGURE}\n\n{{{{ ratio(\n  figure("a"),\n  figure("b")) }}}}')
    first_line_of_the_macro = project.line_of(PAGE, "{{ ratio(")
    build = warm.build(project)
    found = re.search(rf"{PAGE}:(\d+): 'a' is not a quantity", build.stdout)
    assert found, build.stdout
    assert 0 <= int(found[1]) - first_line_of_the_macro <= 1


def test_a_warning_stops_a_strict_build_and_leaves_the_site(
    warm: WarmBuilder, project: Project
) -> None:
    before = contents(project.site)
    project.edit(PAGE, FIGURE, "[A page](that-is-not-there.md)")
    build = warm.build(project)
    assert build.returncode != 0
    assert "that-is-not-there.md" in build.stdout
    assert contents(project.site) == before


def test_a_macro_on_a_page_that_renders_none_is_told(warm: WarmBuilder, project: Project) -> None:
    project.edit(PAGE, "title:", "render_macros: false\ntitle:")
    line = project.line_of(PAGE, FIGURE)
    assert_stopped(warm, project, f"{PAGE}:{line}", "would be published as it stands")


def test_a_macro_shown_as_code_is_no_mistake(warm: WarmBuilder, project: Project) -> None:
    project.edit(PAGE, FIGURE, '`{ figure("memory_time") }`')
    assert warm.build(project).returncode == 0


def test_a_heading_with_a_figure_names_its_page_in_plain_words(
    warm: WarmBuilder, project: Project
) -> None:
    project.edit(PAGE, "title: A small page\n", "")
    project.edit(PAGE, "# A small page", f"# A step of {FIGURE}")
    (project.root / "docs" / "other.md").write_text("[Home](index.md)\n", "utf-8")
    project.edit("mkdocs.yml", "index.md", "index.md\n  - other.md")
    (project.root / PAGE).rename(project.root / "docs" / "step.md")
    (project.root / "docs" / "index.md").write_text("# Home\n", "utf-8")
    project.edit("mkdocs.yml", "other.md", "step.md\n  - other.md")
    build = warm.build(project)
    assert build.returncode == 0, build.stdout
    html = (project.site / "step" / "index.html").read_text("utf-8")
    assert re.search(r"<title>A step of 41\.5\sms - The Decode Equation</title>", html)
    assert "{{" not in html
