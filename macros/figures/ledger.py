"""A page's ledger: every figure and claim on it, with formula, inputs and sources."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from html import escape

from macros.catalog import Citation
from macros.figures.claims import Claim
from macros.figures.figure import Figure


@dataclass(frozen=True)
class FigureData:
    """A figure of a page as plain values; its sources are their addresses, in order."""

    quantity: str
    reference: str
    value: float
    unit: str
    text: str
    formula: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class ClaimData:
    """A claim of a page: the phrase, and the conditions that make it hold."""

    phrase: str
    holds: str


@dataclass(frozen=True)
class LedgerData:
    """What is published of a page's ledger, in plain values: all of it that outlives the page.

    Attributes:
        figures: in order of first use.
        claims: in order of use.
        files: what else the page offers to download, by file name.
    """

    figures: tuple[FigureData, ...] = ()
    claims: tuple[ClaimData, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.figures or self.claims)

    def as_json(self) -> str:
        """The ledger for machines."""
        document = {
            "figures": [vars(figure) for figure in self.figures],
            "claims": [vars(claim) for claim in self.claims],
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def as_csv(self) -> str:
        """The figures as a table; several sources of one figure stand in one cell."""
        out = io.StringIO()
        columns = [column.name for column in fields(FigureData)]
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        for figure in self.figures:
            writer.writerow({**vars(figure), "sources": " ".join(figure.sources)})
        return out.getvalue()


def _slug(number: int) -> str:
    return f"l-{number}"


@dataclass
class Ledger:
    """Collects what a page shows, in order; the same quantity shown twice is one row.

    Attributes:
        figures: the number of each figure's row, and the figure, by its reference.
        claims: in order of use.
        files: what else the page offers to download, by file name.
    """

    figures: dict[str, tuple[int, Figure]] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    def cite(self, figure: Figure) -> str:
        """The figure's markup, linked to its row in the ledger."""
        first_use = figure.reference not in self.figures
        number, _ = self.figures.setdefault(figure.reference, (len(self.figures) + 1, figure))
        anchor = f' id="f-{number}"' if first_use else ""
        return f'<a class="figure-link" href="#{_slug(number)}"{anchor}>{figure.markup()}</a>'

    def state(self, claim: Claim) -> str:
        """The claim's markup, after listing it."""
        self.claims.append(claim)
        return claim.markup()

    def __bool__(self) -> bool:
        return bool(self.figures or self.claims)

    @property
    def citations(self) -> list[Citation]:
        """Every source under the page's figures, each place in it once, in order of use."""
        used = (citation for _, figure in self.figures.values() for _, citation in figure.sources)
        return list(dict.fromkeys(used))

    def data(self) -> LedgerData:
        """The ledger as plain values."""
        figures = tuple(
            FigureData(
                quantity=figure.quantity,
                reference=figure.reference,
                value=figure.value,
                unit=figure.unit,
                text=figure.text,
                formula=figure.title,
                sources=tuple(sorted({citation.source.url for _, citation in figure.sources})),
            )
            for _, figure in self.figures.values()
        )
        claims = tuple(ClaimData(claim.phrase, claim.account) for claim in self.claims)
        return LedgerData(figures, claims, dict(self.files))

    def markup(self) -> str:
        """The folded table that closes the page."""
        numbers = {citation: number for number, citation in enumerate(self.citations, 1)}
        rows = "".join(_row(number, figure, numbers) for number, figure in self.figures.values())
        claims = "".join(
            f"<li>{claim.phrase} <small>{escape(claim.account)}</small></li>"
            for claim in self.claims
        )
        sources = "".join(_source(number, citation) for citation, number in numbers.items())
        return (
            '<section class="ledger" id="ledger" aria-labelledby="ledger-title" data-search-exclude>'
            '<h2 id="ledger-title">Every figure on this page</h2>'
            '<p>Download as <a href="ledger.csv" download>CSV</a> or '
            '<a href="ledger.json" download>JSON</a>.</p>'
            f"<details><summary>{len(self.figures)} figures, each with its formula and sources"
            '</summary><div class="table-scroll" role="region" tabindex="0" '
            'aria-label="Figures and formulas"><table class="figures"><thead><tr><th scope="col">Figure</th>'
            '<th scope="col">What</th><th scope="col">How</th><th scope="col">Sources</th></tr>'
            f"</thead><tbody>{rows}</tbody></table></div></details>"
            f"{_folded(f'{len(self.claims)} claims that the build checks', 'ul', claims)}"
            f"{_folded(f'{len(numbers)} sources', 'ol', sources)}</section>"
        )


def _folded(summary: str, kind: str, items: str) -> str:
    if not items:
        return ""
    return f"<details><summary>{summary}</summary><{kind}>{items}</{kind}></details>"


def _row(number: int, figure: Figure, numbers: dict[Citation, int]) -> str:
    used: Iterable[int] = sorted({numbers[citation] for _, citation in figure.sources})
    links = " ".join(f'<a href="#s-{source}">{source}</a>' for source in used)
    contested = " <em>contested</em>" if figure.contested else ""
    # Ratios and facts carry no words beyond their reference, so the reference names every row.
    return (
        f'<tr id="{_slug(number)}"><td class="num"><a href="#f-{number}">{escape(figure.text)}</a>'
        f"</td><td><code>{escape(figure.reference)}</code></td>"
        f"<td>{escape(figure.formula)}{contested}</td><td>{links}</td></tr>"
    )


def _source(number: int, citation: Citation) -> str:
    source = citation.source
    return (
        f'<li id="s-{number}"><a href="{escape(source.url)}" rel="noopener">{escape(source.what)}'
        f"</a>: {escape(citation.where)}, read {source.read.isoformat()}</li>"
    )
