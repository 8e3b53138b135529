"""The edge to MkDocs: everything else in this package works without it.

mkdocs-macros calls `define_env` at the start of each build and the `on_...` functions along it.
"""

from __future__ import annotations

import logging
import re
import shutil
import sys
import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def define_env(env: Any) -> None:
    """Give pages their vocabulary, and build next to the site so that it changes only when all is well.

    Raises:
        PluginError: the catalog has errors; the message lists them by file and line.
    """
    # Zensical calls this for each page, gives its configuration as a plain dict, and has no hooks.
    in_zensical = isinstance(env.conf, dict)
    if not in_zensical:
        _forget_old_code()
    from jinja2 import Environment, StrictUndefined
    from mkdocs.exceptions import PluginError

    from macros.cache import name_of
    from macros.catalog import load
    from macros.errors import CatalogError
    from macros.evidence.statistics import evidence_of
    from macros.scenario import describe
    from macros.site import live_bundle, markdown_extension, page_cache  # noqa: F401
    from macros.site.publish import Publisher
    from macros.site.social_card import card
    from macros.site.vocabulary import MACROS, Vocabulary
    from macros.widgets.law_module import law_module

    root = Path(env.project_dir)
    try:
        catalog = load(root / "catalog")
    except CatalogError as error:
        raise PluginError(str(error)) from None
    fitted = evidence_of(catalog).validation.fit
    charts = root / ".cache" / "charts"
    # Of our own: not every engine lends its environment, and examples need macros only.
    jinja = Environment(undefined=StrictUndefined)
    vocabulary = Vocabulary(
        catalog,
        fitted,
        chart_cache=charts,
        render=lambda source: jinja.from_string(source).render(env.macros),
    )
    for name in MACROS:
        env.macro(getattr(vocabulary, name), name)
    if in_zensical:
        # It reads every link as one from the source file, which lies a folder higher.
        _open(vocabulary, env.page.meta, env.page.url.partition("/")[2])
        return
    env.ledgers = {}
    env.law_module = law_module(catalog, fitted)
    env.vocabulary = vocabulary
    env.specs = {}
    env.rests_on = (name_of(catalog), sorted(env.config.items()))
    env.publisher = Publisher(
        _about(env.conf),
        catalog,
        lambda axes: card(catalog, describe(catalog, axes), env.conf["site_name"], charts),
    )
    env.render = lambda markdown, force_rendering=False: _render(env, markdown)
    _build_aside(env.conf)
    env.conf["plugins"].events["serve"].append(_keep_serving)
    sys.modules.pop("macros", None)


def _keep_serving(server: Any, **_: Any) -> Any:
    """Under `mkdocs serve`, a failed build leaves the last good site in reach of the browser.

    MkDocs itself makes every request wait until the error is mended.
    """
    build = server.builder

    def build_or_keep() -> None:
        try:
            build()
        except SystemExit:  # an error that has been reported in a line
            pass
        except Exception:  # code of ours that can't even be loaded
            traceback.print_exc()
        else:
            return
        print("The last good site is still being served.", file=sys.stderr)

    server.builder = build_or_keep
    return server


def _about(config: Any) -> Any:
    """What published pages say of the site as a whole."""
    from mkdocs.utils import get_build_date

    from macros.site.publish import About

    address = config["site_url"] or ""
    return About(
        name=config["site_name"],
        description=config["site_description"] or "",
        address=address,
        built=get_build_date(),
        # `mkdocs serve` sets the address to its own, and adds a script to every page.
        served=address.startswith(f"http://{config['dev_addr']}/"),
    )


def _forget_old_code() -> None:
    # Under `mkdocs serve` one process builds many times; without this an edited law keeps its
    # old value. The package itself goes again at the end, so that the next build reads this file
    # afresh too. Code that has not changed stays: loading it takes longer than most pages.
    keeping = sys.modules.get("macros.cache")
    if not keeping or keeping.code() != keeping.code_now():
        for name in [name for name in sys.modules if f"{name}.".startswith("macros.")]:
            del sys.modules[name]
    # Code gets its name before it is loaded: what is saved after that is other code.
    from macros.cache import code

    code()


def _render(env: Any, markdown: str) -> str:
    """A page's Markdown with its macros replaced: as it came out before, if all stands as it stood.

    Raises:
        PluginError: an editor's mistake, in one line that names the page and the line.
    """
    from macros.site.markdown_extension import close_with
    from macros.site.page_cache import shelved

    page = env.page
    if page.meta.get("render_macros") is False:
        return markdown
    place = Path(env.project_dir) / ".cache" / "pages" / f"{page.file.src_uri}.pickle"
    rests_on = (env.rests_on, page.url, page.meta, markdown)
    made = shelved(place, rests_on, lambda: _made(env, markdown))
    with _told_in_a_line(env):
        env.publisher.opened(page.file.url, page.meta)
    env.specs |= made.specs
    if made.ledger:
        env.ledgers[page.file.url] = made.ledger
    close_with(lambda: made.closing)
    return made.text


def _made(env: Any, markdown: str) -> Any:
    """What the macros make of the open page."""
    from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError
    from mkdocs.exceptions import PluginError

    from macros.errors import CatalogError, ClaimError, ScenarioError, did_you_mean
    from macros.site.error_places import front_matter_lines, template_line
    from macros.site.page_cache import Made
    from macros.site.vocabulary import MACROS

    page, vocabulary = env.page, env.vocabulary
    source = Path(page.file.abs_src_path)
    mistakes = (ScenarioError, ClaimError, CatalogError, TemplateError, TypeError)
    with _told_in_a_line(env):
        _open(vocabulary, page.meta, page.url)
    try:
        text = str(env.env.from_string(markdown).render(**env.variables, **page.meta))
    except mistakes as error:
        within = error.lineno if isinstance(error, TemplateSyntaxError) else template_line(error)
        if isinstance(error, TypeError) and not within:
            raise
        message = str(error)
        if isinstance(error, UndefinedError) and (name := re.search(r"'(\w+)' is", message)):
            message = f"{name[1]!r} is not a macro; {did_you_mean(name[1], env.macros)}"
        line = (within or 0) + front_matter_lines(source, markdown)
        raise PluginError(f"{_short(env, source)}:{line}: {message}") from None
    return Made(
        text=text,
        closing=vocabulary.closing(),
        ledger=vocabulary.ledger,
        specs=vocabulary.specs,
        alone=stands_alone(env.env.parse(markdown), {*MACROS, *page.meta}),
    )


def stands_alone(template: Any, known: Collection[str]) -> bool:
    """Whether a page needs no file, clock or dice: it asks for known names only, and reads nothing."""
    from jinja2 import nodes
    from jinja2.meta import find_referenced_templates, find_undeclared_variables

    asked = find_undeclared_variables(template) - set(known)
    reads = any(True for _ in find_referenced_templates(template))
    dice = any(filter.name == "random" for filter in template.find_all(nodes.Filter))
    files = any("--config" in str(text.value) for text in template.find_all(nodes.Const))
    return not (asked or reads or dice or files)


@contextmanager
def _told_in_a_line(env: Any) -> Iterator[None]:
    """Tell a mistake in a page's front matter with the page and the line."""
    from mkdocs.exceptions import PluginError

    from macros.errors import ScenarioError
    from macros.site.error_places import line_of

    try:
        yield
    except (ScenarioError, TypeError) as error:
        source = Path(env.page.file.abs_src_path)
        line = line_of(source, str(error))
        raise PluginError(f"{_short(env, source)}:{line}: {error}") from None


def _open(vocabulary: Any, front_matter: Any, url: str) -> None:
    """Turn to a page, and have what closes it put behind its text.

    Raises:
        ScenarioError: the front matter names something that does not exist.
    """
    from macros.site.markdown_extension import close_with

    vocabulary.open_page(front_matter.get("scenario", {}), "../" * url.count("/"))
    close_with(vocabulary.closing)


def _short(env: Any, source: Path) -> str:
    return str(source.relative_to(Path(env.project_dir).resolve()))


def _build_aside(config: Any) -> None:
    target = Path(config["site_dir"])
    config["target_dir"] = str(target)
    config["site_dir"] = str(target.with_name(f".{target.name}.building"))


def on_post_build(env: Any) -> None:
    """Put the ledgers beside their pages, and the finished site in the old one's place."""
    from mkdocs.exceptions import PluginError

    from macros.errors import EditorError
    from macros.site.live_bundle import write_live_layer

    site, target = Path(env.conf["site_dir"]), Path(env.conf["target_dir"])
    for url, ledger in env.ledgers.items():
        folder = site / url
        (folder / "ledger.csv").write_text(ledger.as_csv(), "utf-8")
        (folder / "ledger.json").write_text(ledger.as_json(), "utf-8")
        for name, text in ledger.files.items():
            (folder / name).write_text(text, "utf-8")
    for path, text in env.specs.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text, "utf-8")
    try:
        write_live_layer(site, Path(env.project_dir), env.law_module)
    except EditorError as error:
        raise PluginError(str(error)) from None
    env.publisher.publish(site, env.ledgers)
    if _warned():
        return  # a strict build is about to stop, so the old site stays
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    site.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    env.conf["site_dir"] = str(target)


def _warned() -> bool:
    """Whether a strict build has counted a warning, by whichever engine."""
    handlers = [*logging.getLogger("mkdocs").handlers, *logging.getLogger("properdocs").handlers]
    return any(handler.get_counts() for handler in handlers if hasattr(handler, "get_counts"))
