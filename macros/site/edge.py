"""The edge to MkDocs: what one build holds, how its pages are rendered, and how it is finished.

mkdocs-macros calls `define_env` at the start of each build, and the other two before and after the
macros of each page. MkDocs's own events are in `macros.site.hooks`. Zensical calls `define_env` for
each page, lends less, and has no events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, StrictUndefined
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page
from mkdocs.utils import get_build_date

from macros.cache import forget_unused, name_of
from macros.catalog import load
from macros.errors import EditorError
from macros.evidence.groups import evidence_of
from macros.figures.html import Markup
from macros.figures.ledger import LedgerData
from macros.scenario import describe
from macros.site.live_bundle import write_live_layer
from macros.site.markdown_extension import close_with
from macros.site.page_rendering import Source, check_no_macro_is_left, in_front_matter, rendered
from macros.site.page_state import PageState
from macros.site.publish import About, PublishedPage, Publisher, path_of
from macros.site.social_card import card
from macros.site.vocabulary import Macro, macros_of
from macros.widgets.law_module import law_module
from macros.widgets.published_rows import rows_module


class Host(Protocol):
    """What mkdocs-macros lends; Zensical lends `conf`, `macros`, `page`, `project_dir` and `macro`."""

    conf: Any
    config: Mapping[str, Any]
    page: Page
    markdown: str
    project_dir: str
    macros: Mapping[str, Any]
    variables: MutableMapping[str, Any]
    env: Environment
    build: Build

    def macro(self, function: Callable[..., object], name: str) -> object:
        """Give pages a macro."""


@dataclass
class Build:
    """One build of the site, from its first page to its last file.

    Attributes:
        root: the project's folder.
        page: the state that macros work on.
        macros: the vocabulary.
        rests_on: what every page follows from, beside its own text and our code.
        modules: the law and the published rows, as the browser reads them.
        publisher: finishes pages and writes what machines read.
        ledgers: of the pages that have one, by address.
        specs: what live charts fetch, by path in the site.
    """

    root: Path
    page: PageState
    macros: Mapping[str, Macro]
    rests_on: object
    modules: Mapping[str, str]
    publisher: Publisher
    ledgers: dict[str, LedgerData] = field(default_factory=dict)
    specs: dict[str, str] = field(default_factory=dict)

    def finished(self, html: str, page: Page) -> str:
        """A page's HTML as it is published, with what MkDocs knows of the page in its head."""
        about = self.publisher.about
        title = page.meta.get("title") or ("" if page.is_homepage else page.title)
        told = PublishedPage(
            address=page.canonical_url or "",
            path=path_of(page.url),
            title=Markup(title or about.name).striptags(),
            description=page.meta.get("description") or about.description,
        )
        # Without an address a page can't be told of.
        return self.publisher.finished(html, told if told.address else None)

    def write_files(self, site: Path) -> None:
        """Put what else was made beside the pages: ledgers, the live layer, what machines read."""
        for url, ledger in self.ledgers.items():
            folder = site / url
            (folder / "ledger.csv").write_text(ledger.as_csv(), "utf-8")
            (folder / "ledger.json").write_text(ledger.as_json(), "utf-8")
            for name, text in ledger.files.items():
                (folder / name).write_text(text, "utf-8")
        for path, text in self.specs.items():
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).write_text(text, "utf-8")
        with _told():
            write_live_layer(site, self.root, self.modules)
        self.publisher.publish(site, self.ledgers)
        for name in ("charts", "pages"):
            forget_unused(self.root / ".cache" / name)


def build_of(config: Mapping[str, Any]) -> Build:
    """The build that a configuration of MkDocs belongs to."""
    build: Build = config["plugins"]["macros"].build
    return build


def define_env(host: Host) -> None:
    """Give pages their vocabulary, and a build its state.

    Raises:
        PluginError: the catalog is wrong, or holds too little; the message lists every problem.
    """
    root = Path(host.project_dir)
    with _told():
        catalog = load(root / "catalog")
        fit = evidence_of(catalog).validation.fit
    charts = root / ".cache" / "charts"
    page = PageState(catalog, fit, charts)
    # Of our own: not every engine lends its environment, and examples need macros only.
    jinja = Environment(undefined=StrictUndefined)
    macros = macros_of(page, lambda source: jinja.from_string(source).render(host.macros))
    for name, macro in macros.items():
        host.macro(macro, name)
    if isinstance(host.conf, dict):
        # Zensical: it reads every link as one from the source file, which lies a folder higher.
        within = host.page.url.partition("/")[2]
        page.open_page(host.page.meta.get("scenario", {}), "../" * within.count("/"))
        close_with(lambda: str(page.closing()))
        return
    host.build = Build(
        root=root,
        page=page,
        macros=macros,
        rests_on=(name_of(catalog), sorted(host.config.items())),
        modules={
            "law.js": law_module(catalog, fit),
            "rows.js": rows_module(evidence_of(catalog).rows),
        },
        publisher=Publisher(
            _about(host.conf),
            catalog,
            lambda axes: card(catalog, describe(catalog, axes), host.conf["site_name"], charts),
        ),
    )


def on_pre_page_macros(host: Host) -> None:
    """Render a page: mkdocs-macros would, but it tells an editor's mistake as a traceback.

    Raises:
        PluginError: an editor's mistake, in one line that names the page and the line.
    """
    page, build = host.page, host.build
    file = Path(page.file.abs_src_path or "")
    name = file.relative_to(build.root.resolve()).as_posix()
    source = Source(file, name, host.markdown, page.meta, page.url)
    with _told():
        if page.meta.get("render_macros") is False:
            check_no_macro_is_left(source, source.markdown, build.macros)
            return
        made = rendered(
            source,
            build.root / ".cache" / "pages" / f"{page.file.src_uri}.kept",
            build.rests_on,
            build.page,
            build.macros,
            lambda text: host.env.from_string(text).render(**host.variables, **page.meta),
            host.env,
        )
        with in_front_matter(source):
            build.publisher.opened(page.file.url, page.meta)
    build.specs |= made.specs
    if made.ledger:
        build.ledgers[page.file.url] = made.ledger
    close_with(lambda: made.closing)
    host.markdown = made.text
    # mkdocs-macros would render the text once more, if its copy of the page did not say no.
    host.variables["page"].meta = {**page.meta, "render_macros": False}


def on_post_page_macros(host: Host) -> None:
    """Let MkDocs take a title with macros from the rendered heading, not from the source."""
    if "{{" in (host.page.title or ""):
        del host.page.title


@contextmanager
def _told() -> Iterator[None]:
    """Have MkDocs print an editor's mistake in its own lines."""
    try:
        yield
    except EditorError as error:
        raise PluginError(str(error)) from None


def _about(config: Any) -> About:
    """What published pages say of the site as a whole."""
    address = config["site_url"] or ""
    return About(
        name=config["site_name"],
        description=config["site_description"] or "",
        address=address,
        built=get_build_date(),
        # `mkdocs serve` sets the address to its own, and adds a script to every page.
        served=address.startswith(f"http://{config['dev_addr']}/"),
    )
