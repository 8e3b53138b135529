"""Sentences about a scenario that stand on many pages: as baked, and as recipes for the browser.

Nobody writes one of them in JavaScript: the live layer reads these, and says the same of any pick.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from macros.figures.cells import Cell, Count, If, Text, Words, sentence, value_of
from macros.figures.make import NO_FIT
from macros.figures.names import Name, gpu_count, of_the_picks, users
from macros.scenario import Scenario


def cannot_run(scenario: Scenario) -> Cell:
    """Why the weights do not fit, and what would hold them; no words where they do.

    Labels and devices count memory differently, so that one may hold what the other does not.
    """
    gpus = of_the_picks(scenario, "gpus")
    by_label = of_the_picks(scenario, "min_gpus")
    by_device = of_the_picks(scenario, "min_gpus", memory="reported")
    reports = sentence(
        "the device reports {memory} ({binary})",
        memory=Text(of_the_picks(scenario, "memory", memory="reported", digits=4)),
        binary=Text(of_the_picks(scenario, "memory", memory="reported", digits=4, scale="GiB")),
    )
    needs = sentence(
        "{needs}{unless}",
        needs=_needs(scenario),
        unless=If(
            by_device,
            gpus,
            "",
            sentence(" That is by the label; {reports}, and there it fits.", reports=reports),
        ),
    )
    by_label_only = sentence(
        "Fits by the label, yet {reports}, and there it does not.", reports=reports
    )
    return If(by_label, gpus, needs, If(by_device, gpus, by_label_only))


def _needs(scenario: Scenario) -> Words:
    gpus = of_the_picks(scenario, "gpus")
    enough = of_the_picks(scenario, "min_gpus")
    # 141.1 GB do not fit into 141 GB: a verdict can hang on the fourth digit.
    weights = of_the_picks(scenario, "weight_bytes")
    memory = of_the_picks(scenario, "total_memory")
    return sentence(
        "Needs {weights}, {have} {memory}; {holders}, on which the ceiling is {speed}.",
        weights=Text(weights, apart=memory),
        have=If(gpus, 1, sentence("these {gpus} GPUs have", gpus=Count(gpus)), "this GPU has"),
        memory=Text(memory, apart=weights),
        holders=If(
            enough,
            1,
            sentence("{enough} of them hold it", enough=Count(enough)),
            "one of them holds it",
        ),
        speed=Text(of_the_picks(scenario, "decode_tps", gpus="min")),
    )


def crowded(scenario: Scenario) -> Cell:
    """Weights that fit can leave too little room for the caches: what that means."""
    gpus, batch = of_the_picks(scenario, "gpus"), of_the_picks(scenario, "batch")
    room = of_the_picks(scenario, "max_batch")
    words = sentence(
        "{whose} {caches}; beside the weights {free} are free, room for {room}.",
        whose=If(
            batch,
            1,
            sentence("The caches of {users} need", users=users(batch)),
            "The cache of one user needs",
        ),
        caches=Text(of_the_picks(scenario, "batch_kv_bytes")),
        free=Text(of_the_picks(scenario, "free_bytes")),
        room=If(room, 0, users(room), "none"),
    )
    by_label = of_the_picks(scenario, "min_gpus")
    by_device = of_the_picks(scenario, "min_gpus", memory="reported")
    fits = If(by_device, gpus, "", If(batch, room, words))
    return If(by_label, gpus, "", fits)


def summary(scenario: Scenario) -> Cell:
    """The scenario, and its ceiling or that it has none."""
    gpus, context = of_the_picks(scenario, "gpus"), of_the_picks(scenario, "context")
    batch = of_the_picks(scenario, "batch")
    name = {axis: Name(scenario, axis) for axis in ("model", "precision", "gpus", "gpu", "context")}
    return sentence(
        "{model}, {precision}, {gpus}{gpu}{users}{long}: {ceiling}.",
        model=name["model"],
        precision=name["precision"],
        gpus=name["gpus"],
        gpu=name["gpu"],
        users=If(batch, 1, Words(", ", users(batch))),
        long=If(context, 0, sentence(", {context} of context", context=name["context"])),
        ceiling=If(
            of_the_picks(scenario, "min_gpus"),
            gpus,
            NO_FIT,
            sentence("ceiling {speed}", speed=Text(of_the_picks(scenario, "decode_tps"))),
        ),
    )


SENTENCES: Mapping[str, Callable[[Scenario], Cell]] = {
    "cannot_run": cannot_run,
    "crowded": crowded,
    "summary": summary,
    "gpus": gpu_count,
}
"""What the browser says too, by the name that it asks for."""


def said(name: str, scenario: Scenario) -> str:
    """One of the sentences, of a scenario."""
    return str(value_of(SENTENCES[name](scenario)))
