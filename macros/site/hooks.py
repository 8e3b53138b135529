"""MkDocs's own events, by way of `hooks:` in mkdocs.yml: the site is built aside, and finished.

MkDocs keeps this module for as long as it runs. What it calls is loaded anew when code has changed,
and so each event imports it when it comes.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page


@event_priority(100)  # before mkdocs-macros loads the vocabulary
def on_config(config: MkDocsConfig) -> None:
    """Forget code that was edited since the last build, and build beside the site."""
    _forget_edited_code()
    from macros.site import aside

    aside.begin(config)


def _forget_edited_code() -> None:
    # Without this an edited law keeps its old value in the one process of `mkdocs serve`. Code that
    # has not changed stays: loading it takes longer than most pages.
    known = sys.modules.get("macros.cache")
    if not known or known.code() != known.code_now():
        for name in [name for name in sys.modules if f"{name}.".startswith("macros.")]:
            del sys.modules[name]
    # Code gets its name before it is loaded: what is saved after that is other code.
    from macros.cache import code

    code()


@event_priority(-100)  # the page as every other plugin leaves it
def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Finish a page: its head, its links, its policy."""
    from macros.site.edge import build_of

    return build_of(config).finished(output, page)


@event_priority(-100)
def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Finish a page of the theme's own, such as the error page."""
    from macros.site.edge import build_of

    is_page = template_name.endswith(".html")
    return build_of(config).publisher.finished(output_content) if is_page else output_content


@event_priority(-100)
def on_post_build(config: MkDocsConfig) -> None:
    """Write what stands beside the pages, and put the finished site in the old one's place."""
    from macros.site import aside
    from macros.site.edge import build_of

    build_of(config).write_files(aside.folder(config))
    if not _warned():  # else a strict build is about to stop, and the old site stays
        aside.finish(config)


def _warned() -> bool:
    """Whether a strict build has counted a warning, by whichever engine."""
    handlers = [*logging.getLogger("mkdocs").handlers, *logging.getLogger("properdocs").handlers]
    return any(handler.get_counts() for handler in handlers if hasattr(handler, "get_counts"))


def on_serve(server: LiveReloadServer, **_: Any) -> LiveReloadServer:
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
