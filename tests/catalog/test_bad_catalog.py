"""A mistake in the catalog is named by file, line, field, value and nearest valid choice."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from macros.catalog import load
from macros.errors import CatalogError

H100 = "gpus/h100-sxm.yml"
LLAMA = "models/llama-3-8b.yml"
GPT_FAST = "measurements/gpt-fast.yml"


def problems(root: Path) -> tuple[str, ...]:
    with pytest.raises(CatalogError) as caught:
        load(root)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


# Each case: a file, what stands in it, what an editor makes of it, and all that is then said;
# the line is that of the edit.
EDITS = {
    "a unit of something else": (
        H100, "3.35 TB/s", "3.35 TB",
        "bandwidth.value: '3.35 TB' is not a bandwidth; write it like '3.35 TB/s'",
    ),
    "a number without its unit": (
        H100, "3.35 TB/s", "3350",
        "bandwidth.value: 3350 is not a bandwidth; write it like '3.35 TB/s'",
    ),
    "a number that YAML takes for text": (
        H100, "3.35 TB/s", "3.35e12",
        "bandwidth.value: '3.35e12' is not a bandwidth; write it like '3.35 TB/s'",
    ),
    "a negative quantity": (
        H100, "3.35 TB/s", "-3.35 TB/s",
        "bandwidth.value: '-3.35 TB/s' is not a bandwidth; write it like '3.35 TB/s'",
    ),
    "a quantity of zero": (
        H100, "3.35 TB/s", "0 TB/s",
        "bandwidth.value: '0 TB/s' is zero; a bandwidth is above zero, like '3.35 TB/s'",
    ),
    "not a number": (
        H100, "3.35 TB/s", ".nan",
        "bandwidth.value: '.nan' is not a bandwidth; write it like '3.35 TB/s'",
    ),
    "an empty field": (H100, "name: H100 SXM", "name:", "name: nothing is not a text"),
    "a number where text is due": (H100, "name: H100 SXM", "name: 100", "name: 100 is not a text"),
    "a date in words": (
        H100, "announced: 2022-03-22", "announced: March 2022",
        "announced: 'March 2022' is not a date; write it like '2022-03-22', '2022-03' or '2022'",
    ),
    "a source that is not listed": (
        H100, "source: modal-nvidia-smi", "source: modal-nvidia-sim",
        "memory.reported.source: no source 'modal-nvidia-sim' in sources.yml; "
        "did you mean 'modal-nvidia-smi'?",
    ),
    "a field name with a typo": (
        H100, "board_power:", "bord_power:",
        "bord_power: unknown field; did you mean 'board_power'?",
    ),
    "an unknown number format": (
        H100, "  int8:", "  int3:",
        "peak_flops.int3: unknown field; did you mean 'int8'?",
    ),
    "a field name with a typo inside an entry of many": (
        "precisions.yml", "  math: fp16", "    alos: []\n  math: fp16",
        "fp16.bits.alos: unknown field; did you mean 'also'?",
    ),
    "a field that stands twice": (
        H100, "vendor: NVIDIA", "name: H100",
        "'name' stands twice (first on line 2); keep one",
    ),
    "an alias": (H100, "vendor: NVIDIA", "vendor: *nvidia", "anchor or alias 'nvidia'; write the value out"),
    "a tag": (
        H100, "vendor: NVIDIA", "vendor: !!str NVIDIA",
        "tag 'tag:yaml.org,2002:str'; tags have no meaning here",
    ),
    "a tab": (
        H100, "vendor: NVIDIA", "\tvendor: NVIDIA",
        "broken YAML: found a tab character that violates indentation",
    ),
    "text where a whole number is due": (
        LLAMA, "layers: 32", "layers: 3.2e1",
        "dimensions.layers: '3.2e1' is text, not a whole number",
    ),
    "a fraction where a whole number is due": (
        LLAMA, "layers: 32", "layers: 32.0",
        "dimensions.layers: 32.0 is a number, not a whole number",
    ),
    "a negative number": (LLAMA, "layers: 32", "layers: -32", "dimensions.layers: -32 is not above 0"),
    "a number too long to be meant": (
        LLAMA, "layers: 32", "layers: 1234567890123456",
        "dimensions.layers: '1234567890123456' is text, not a whole number",
    ),
    "a truth value other than true and false": (
        LLAMA, "tied_embeddings: false", "tied_embeddings: no",
        "dimensions.tied_embeddings: 'no' is text, not `true` or `false`",
    ),
    "an unknown precision": (
        LLAMA, "native_precision: bf16", "native_precision: bf61",
        "native_precision: no precision 'bf61' in the catalog; did you mean 'bf16' or 'fp16'?",
    ),
    "an unknown choice": (
        "precisions.yml", "math: fp4", "math: fp6",
        "nvfp4.math: 'fp6' is not a choice; did you mean 'fp16' or 'fp8' or 'fp4'?",
    ),
    "an error of another tool that is zero": (
        "predictors.yml", "median_error: 0.34", "median_error: 0.0",
        "mlsysim.median_error: 0.0 is not above 0",
    ),
    "a measured speed of zero": (
        GPT_FAST, "tokens_per_second: 104.9", "tokens_per_second: 0.0",
        "rows.0.tokens_per_second: 0.0 is not above 0",
    ),
    "a measured GPU that the catalog lacks": (
        GPT_FAST, "gpu_id: a100-sxm-80gb", "gpu_id: a100-sxm-80",
        "rows.0.gpu_id: no GPU 'a100-sxm-80' in the catalog; "
        "did you mean 'a100-sxm-80gb' or 'a100-sxm-40gb' or 'h100-sxm'?",
    ),
    "a measured model that the catalog lacks": (
        GPT_FAST, "model_id: llama-2-7b", "model_id: llama-2-7",
        "rows.0.model_id: no model 'llama-2-7' in the catalog; "
        "did you mean 'llama-2-7b' or 'llama-2-70b' or 'llama-3-70b'?",
    ),
    "a measured bandwidth that is not the GPU's": (
        GPT_FAST, "bandwidth: 2039 GB/s", "bandwidth: 1935 GB/s",
        "rows.0.bandwidth: '1935 GB/s' is not the '2039 GB/s' of a100-sxm-80gb",
    ),
    "a measurement's id given twice": (
        GPT_FAST, "id: gf-002", "id: gf-001",
        "rows.1.id: 'gf-001' stands already in catalog/measurements/gpt-fast.yml",
    ),
    "a wrong value that all rows share": (
        GPT_FAST, "  context: 100", "  context: short",
        "same.context: 'short' is text, not a whole number",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EDITS)
def test_a_slip_is_named_with_its_line_and_its_remedy(catalog_copy: Path, case: str) -> None:
    file, before, after, message = EDITS[case]
    text = (catalog_copy / file).read_text("utf-8")
    (catalog_copy / file).write_text(text.replace(before, after, 1), "utf-8")
    assert problems(catalog_copy) == (f"catalog/{file}:{line_of(text, before)}: {message}",)


def replace(root: Path, file: str, before: str, after: str) -> int:
    """Edits a file; gives the line of the edit."""
    text = (root / file).read_text("utf-8")
    assert before in text
    (root / file).write_text(text.replace(before, after, 1), "utf-8")
    return line_of(text, before)


def test_a_missing_field_is_named(catalog_copy: Path) -> None:
    replace(catalog_copy, H100, "architecture: Hopper GH100\n", "")
    assert problems(catalog_copy) == (f"catalog/{H100}:2: architecture: missing",)


def test_a_value_without_a_source_can_not_be_loaded(catalog_copy: Path) -> None:
    line = replace(catalog_copy, H100, "    source: modal-nvidia-smi\n", "")
    assert problems(catalog_copy) == (
        f"catalog/{H100}:{line - 2}: memory.reported.source: missing",
    )


def test_an_altered_value_says_how_it_was_altered(catalog_copy: Path) -> None:
    line = replace(
        catalog_copy,
        "gpus/gb10.yml",
        "    how: printed with 2:4 sparsity; half of it is dense\n",
        "",
    )
    # The line of `fp4:`, which `value`, `source`, `where` and `printed` follow.
    assert problems(catalog_copy) == (
        f"catalog/gpus/gb10.yml:{line - 5}: peak_flops.fp4: "
        "an altered value says both what is `printed` and `how` it became ours",
    )


def test_a_derived_count_far_from_the_published_one_asks_for_a_reason(catalog_copy: Path) -> None:
    replace(catalog_copy, LLAMA, "layers: 32", "layers: 33")
    # 8,030,261,248 + 218,112,000 of one more layer; 8.248 / 8 = 1.031
    text = (catalog_copy / LLAMA).read_text("utf-8")
    assert problems(catalog_copy) == (
        f"catalog/{LLAMA}:{line_of(text, '  total:')}: published.total: the dimensions give "
        "8,248,373,248 parameters, +3.1% off the published '8 B'; mend one, or say in `differs` why",
    )


def test_a_reason_for_no_difference_is_refused(catalog_copy: Path) -> None:
    line = replace(catalog_copy, LLAMA, "notes:", "  differs: it rounds\nnotes:")
    assert problems(catalog_copy) == (
        f"catalog/{LLAMA}:{line}: published.differs: '8 B' agrees with the dimensions' "
        "8,030,261,248; remove this",
    )


def test_a_source_that_nothing_cites_is_refused(catalog_copy: Path) -> None:
    sources = catalog_copy / "sources.yml"
    text = sources.read_text("utf-8")
    entry = "\nlonely:\n  url: https://host.example/page\n  what: page\n  read: 2026-11-23\n"
    sources.write_text(text + entry, "utf-8")
    line = text.count("\n") + 2
    assert problems(catalog_copy) == (
        f"catalog/sources.yml:{line}: lonely: no file cites this source; remove it",
    )


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("htp://host.example/page", "is not a web address; write it like 'https://host/page'"),
        ("host.example/page", "is not a web address; write it like 'https://host/page'"),
    ],
)
def test_a_source_has_a_web_address(catalog_copy: Path, url: str, message: str) -> None:
    sources = catalog_copy / "sources.yml"
    text = sources.read_text("utf-8")
    sources.write_text(f"{text}\nnew:\n  url: {url}\n  what: page\n  read: 2026-11-23\n", "utf-8")
    line = text.count("\n") + 3
    assert problems(catalog_copy) == (f"catalog/sources.yml:{line}: new.url: {url!r} {message}",)


def test_a_source_stands_once(catalog_copy: Path) -> None:
    sources = catalog_copy / "sources.yml"
    text = sources.read_text("utf-8")
    url = yaml.safe_load(text)["gpt-fast"]["url"]
    sources.write_text(f"{text}\nagain:\n  url: {url}\n  what: page\n  read: 2026-11-23\n", "utf-8")
    line = text.count("\n") + 3
    message = f"catalog/sources.yml:{line}: again.url: {url} stands already under 'gpt-fast'"
    assert message in problems(catalog_copy)


def test_a_removed_gpu_is_missed_by_every_measurement_of_it(catalog_copy: Path) -> None:
    (catalog_copy / "gpus" / "rtx-4090.yml").unlink()
    missed = [problem for problem in problems(catalog_copy) if "no GPU 'rtx-4090'" in problem]
    assert len(missed) == 5  # rows of the RTX 4090 in the small catalog


def test_all_problems_of_all_files_are_told_at_once(catalog_copy: Path) -> None:
    replace(catalog_copy, H100, "3.35 TB/s", "fast")
    replace(catalog_copy, H100, "name: H100 SXM", "nam: H100 SXM")
    replace(catalog_copy, LLAMA, "layers: 32", "layers: many")
    assert [problem.split(": ")[1] for problem in problems(catalog_copy)] == [
        "name",
        "bandwidth.value",
        "nam",
        "dimensions.layers",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "1: the file is empty; it should hold `field: value` lines"),
        (b"# nothing yet\n", "1: the file is empty; it should hold `field: value` lines"),
        (b"- H100\n", "1: the file is a list; it should hold `field: value` lines"),
        (b"H100\n", "1: the file is one value; it should hold `field: value` lines"),
        (b"name: H100\nvendor: [NVIDIA\n", "3: broken YAML: did not find expected ',' or ']'"),
        (b"name: H100\nvendor: NVIDIA\xff\n", "2: byte 0xff is not UTF-8"),
        (b"name: H100\nvendor: \x00\n", "2: broken YAML: control characters are not allowed"),
        (b"name: H100\n---\nname: H200\n", "2: a second document starts here; keep one entry a file"),
        (b"[" * 100_000, "1: nested too deeply"),
        (b"? [name]\n: H100\n", "1: a field's name is text"),
    ],
    ids=lambda value: "" if isinstance(value, str) else repr(value[:20]),
)  # fmt: skip
def test_a_file_that_is_no_entry_is_named(catalog_copy: Path, content: bytes, message: str) -> None:
    (catalog_copy / H100).write_bytes(content)
    assert problems(catalog_copy) == (f"catalog/{H100}:{message}",)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("gpus/H100.yml", "'H100' can't be an id; name the file in lower-case"),
        ("gpus/h100 pcie.yml", "'h100 pcie' can't be an id; name the file in lower-case"),
        ("gpus/notes.txt", "is not a .yml file"),
        ("gpus/h100.yaml", "is not a .yml file"),
        ("gpu/h100.yml", "does not belong here; the catalog has gpus, models, measurements"),
    ],
)
def test_a_file_out_of_place_is_named(catalog_copy: Path, path: str, message: str) -> None:
    (catalog_copy / path).parent.mkdir(exist_ok=True)
    (catalog_copy / path).write_bytes((catalog_copy / H100).read_bytes())
    (problem,) = problems(catalog_copy)
    assert problem.startswith(f"catalog/{path.removesuffix('/h100.yml')}:1: {message}")


def test_a_file_in_the_wrong_folder_is_sent_to_the_right_one(catalog_copy: Path) -> None:
    (catalog_copy / LLAMA).rename(catalog_copy / "gpus" / "llama-3-8b.yml")
    assert problems(catalog_copy) == (
        "catalog/gpus/llama-3-8b.yml:2: these are the fields of a file in models/, not gpus/; "
        "move it",
    )


def test_hidden_files_are_let_be(catalog_copy: Path) -> None:
    (catalog_copy / "gpus" / ".h100-sxm.yml.swp").write_bytes(b"\x00")
    load(catalog_copy)


@pytest.mark.parametrize("file", ["sources.yml", "precisions.yml", "predictors.yml"])
def test_a_missing_file_is_named(catalog_copy: Path, file: str) -> None:
    (catalog_copy / file).unlink()
    assert problems(catalog_copy) == (
        f"catalog/{file}:1: can't be read: No such file or directory",
    )


def test_a_missing_catalog_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path / "catalog")[0].endswith("catalog:1: there is no such folder")


FIELDS = st.sampled_from(
    ["name", "vendor", "memory", "type", "label", "bandwidth", "value", "source", "where", "also"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS | st.text(), inner),
    max_leaves=12,
)


@pytest.mark.builds  # takes as long as a build
@given(content=st.text() | st.binary() | VALUES.map(yaml.safe_dump))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_stands_in_a_file_only_a_catalog_error_comes_out(
    catalog_copy: Path, content: str | bytes
) -> None:
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    (catalog_copy / H100).write_bytes(data)
    for folder in ("models", "measurements"):  # to be quick
        shutil.rmtree(catalog_copy / folder, ignore_errors=True)
    with pytest.raises(CatalogError) as caught:
        load(catalog_copy)
    assert all(problem.startswith(f"catalog/{H100}:") for problem in caught.value.problems)


@pytest.mark.builds  # takes as long as a build
@given(edit=st.data())
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_a_value_is_replaced_by_only_a_catalog_error_comes_out(
    catalog_copy: Path, edit: st.DataObject
) -> None:
    file = edit.draw(st.sampled_from([H100, LLAMA, GPT_FAST, "precisions.yml"]))
    original = (Path(__file__).parents[2] / "catalog" / file).read_text("utf-8")
    lines = original.splitlines()
    position = edit.draw(st.integers(0, len(lines) - 1))
    field, colon, _ = lines[position].partition(":")
    value = edit.draw(
        st.text() | VALUES.map(lambda value: yaml.safe_dump(value, default_flow_style=True))
    )
    lines[position] = f"{field}{colon} {value}"
    (catalog_copy / file).write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    with suppress(CatalogError):
        load(catalog_copy)
    (catalog_copy / file).write_text(original, "utf-8")
