"""The doors that mkdocs-macros knocks at: it asks this package for these functions by name.

Everything behind them is in `macros.site.edge`, which is loaded late: the command line, the catalog
and the law do without MkDocs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from macros.site.edge import Host


def define_env(env: Host) -> None:
    """Give pages their vocabulary."""
    from macros.site import edge

    edge.define_env(env)


def on_pre_page_macros(env: Host) -> None:
    """Render the open page."""
    from macros.site import edge

    edge.on_pre_page_macros(env)


def on_post_page_macros(env: Host) -> None:
    """Finish what follows from the rendered page."""
    from macros.site import edge

    edge.on_post_page_macros(env)
