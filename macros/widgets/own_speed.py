"""The place where a reader types the speed that his machine gives.

Its words are baked and hidden; the live layer fills in the numbers, and shows what holds.
"""

from __future__ import annotations

from macros.figures.html import Markup, tag

HINT = (
    "Have you measured this very scenario? Then the expected speeds can be those of your machine."
)

DOT = 4
"""Radius of a row's dot in the strip, in pixels."""


def _slot(name: str) -> Markup:
    """Where the live layer writes a number or a name."""
    return tag("span", data_slot=name)


def block(validation: str) -> Markup:
    """The field, what is told of a speed in it, and a strip of the published rows around it.

    Args:
        validation: the address of the section that says how well a calibration works.
    """
    field = tag(
        "input",
        type="number",
        inputmode="decimal",
        min=0,
        step="any",
        name="own",
        autocomplete="off",
        aria_describedby="own-said",
    )
    place = tag(
        "span",
        " Of ",
        _slot("rows"),
        " published rows like it ",
        _slot("below"),
        " reach less of theirs.",
        data_own_place=True,
        hidden=True,
    )
    told = tag(
        "p",
        _slot("speed"),
        " are ",
        _slot("share"),
        " of the ceiling of ",
        _slot("where"),
        ".",
        place,
    )
    how = tag("a", "how well that works", href=validation)
    calibrated = tag(
        "p",
        "Beside its reading your setup takes ",
        _slot("factor"),
        " the time of others, and the expected speeds here are calibrated by that (",
        how,
        ").",
        data_own_calibrated=True,
    )
    apart = tag(
        "p",
        "It tells nothing of what is picked now: another GPU, count or engine, or a mixture of "
        "experts against a dense model.",
        data_own_apart=True,
        hidden=True,
    )
    strip = tag(
        "svg",
        class_="own-strip",
        data_own_strip=DOT,
        width="100%",
        height=6 * DOT,
        aria_hidden="true",
        focusable="false",
    )
    axis = tag("p", tag("span", "no speed"), tag("span", "the ceiling"), class_="own-axis")
    forget = tag("button", "Forget it", type="button", data_own_forget=True)
    return tag(
        "div",
        tag("label", "Your own speed, tok/s each", " ", field),
        tag("p", HINT, id="own-said", class_="own-said", aria_live="polite", data_own_said=HINT),
        tag("div", told, strip, axis, calibrated, apart, forget, data_own_told=True, hidden=True),
        class_="own",
        data_own=True,
    )
