"""A page's ledger: every figure and claim on it, with formula, inputs and sources."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

from macros.catalog import Citation
from macros.figures.claims import Claim
from macros.figures.figure import Figure
from macros.figures.html import Markup, scrolling, tag, together


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

    def cite(self, figure: Figure) -> Markup:
        """The figure's markup, linked to its row in the ledger."""
        first_use = figure.reference not in self.figures
        number, _ = self.figures.setdefault(figure.reference, (len(self.figures) + 1, figure))
        return tag(
            "a",
            figure.markup(),
            class_="figure-link",
            href=f"#{_slug(number)}",
            id=f"f-{number}" if first_use else None,
        )

    def state(self, claim: Claim) -> Markup:
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
        claims = tuple(ClaimData(str(claim.phrase), claim.account) for claim in self.claims)
        return LedgerData(figures, claims, dict(self.files))

    def markup(self) -> Markup:
        """The folded table that closes the page."""
        numbers = {citation: number for number, citation in enumerate(self.citations, 1)}
        heads = (tag("th", head, scope="col") for head in ("Figure", "What", "How", "Sources"))
        rows = (_row(number, figure, numbers) for number, figure in self.figures.values())
        table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="figures")
        claims = [
            tag("li", claim.phrase, " ", tag("small", claim.account)) for claim in self.claims
        ]
        sources = [_source(number, citation) for citation, number in numbers.items()]
        return tag(
            "section",
            tag("h2", "Every figure on this page", id="ledger-title"),
            tag(
                "p",
                "Download as ",
                tag("a", "CSV", href="ledger.csv", download=True),
                " or ",
                tag("a", "JSON", href="ledger.json", download=True),
                ".",
            ),
            _folded(
                f"{len(self.figures)} figures, each with its formula and sources",
                scrolling(table, "Figures and formulas"),
            ),
            _folded(f"{len(claims)} claims that the build checks", *_list("ul", claims)),
            _folded(f"{len(sources)} sources", *_list("ol", sources)),
            class_="ledger",
            id="ledger",
            aria_labelledby="ledger-title",
            data_search_exclude=True,
        )


def _list(kind: str, items: Sequence[Markup]) -> Sequence[Markup]:
    return [tag(kind, *items)] if items else []


def _folded(summary: str, *inside: Markup) -> Markup:
    """What unfolds under its summary; nothing of nothing."""
    return tag("details", tag("summary", summary), *inside) if inside else Markup()


def _row(number: int, figure: Figure, numbers: Mapping[Citation, int]) -> Markup:
    used: Iterable[int] = sorted({numbers[citation] for _, citation in figure.sources})
    links = Markup(" ").join(tag("a", source, href=f"#s-{source}") for source in used)
    contested = together(" ", tag("em", "contested")) if figure.contested else ""
    # Ratios and facts carry no words beyond their reference, so the reference names every row.
    return tag(
        "tr",
        tag("td", tag("a", figure.text, href=f"#f-{number}"), class_="num"),
        tag("td", tag("code", figure.reference)),
        tag("td", figure.formula, contested),
        tag("td", links),
        id=_slug(number),
    )


def _source(number: int, citation: Citation) -> Markup:
    source = citation.source
    link = tag("a", source.what, href=source.url, rel="noopener")
    told = f": {citation.where}, read {source.read.isoformat()}"
    return tag("li", link, told, id=f"s-{number}")
