"""What the catalog holds, in SI units: each record is defined here, and nowhere else.

The shapes that files are checked by, the schemas that editors complete them with, the documents
that the site publishes and the rows that the command line prints are made from these classes. A
text under a field is its documentation in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from macros.catalog.architecture import Dimensions, ParameterCounts
from macros.catalog.fields import (
    At,
    Bound,
    Called,
    Count,
    Date,
    Day,
    Format,
    Id,
    Mark,
    OneOf,
    Share,
    Speed,
    Text,
    Url,
)
from macros.units.parsing import BANDWIDTH, BITS, COMPUTE, MEMORY, PARAMETERS, POWER

LINKS = ("nvlink", "xgmi", "pcie")
"""What joins GPUs; a fast link of another maker counts as NVLink."""


@dataclass(frozen=True)
class Source:
    """Something that was read."""

    id: Annotated[Id, Mark.KEY, Called(None)]
    url: Url
    what: Text
    read: Day


@dataclass(frozen=True)
class Citation:
    """A place in a source."""

    source: Annotated[Source, Mark.BY_ID]
    """The id of the source, a key of `sources`."""
    where: Text
    """The table, row or line in it."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A published value."""

    value: float
    """In `unit`."""
    unit: str
    """B, B/s, FLOP/s or W; else `parameters` or `bits`."""
    printed: str
    """As the catalog writes it."""
    citations: Annotated[tuple[Citation, ...], Called("places")]
    """Where it was read; at least one."""
    source_prints: str | None = None
    """What the source prints, where that had to be altered."""
    how: str | None = None
    """How it was altered."""
    contested: Fact | None = None
    """What another credible source says."""
    why: str | None = None
    """What speaks for a contested value."""
    convention: str | None = None
    """What a count of parameters counts."""


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """An accelerator, per device."""

    id: Annotated[Id, Mark.KEY]
    name: Text
    vendor: Text
    architecture: Text
    announced: Date | None = None
    """A date as precise as known: year, month or day."""
    memory_type: Annotated[Text, At(("memory", "type"))]
    memory: Annotated[Fact, MEMORY, At(("memory", "label"))]
    """What the label says."""
    memory_reported: Annotated[Fact | None, MEMORY, At(("memory", "reported"))] = None
    """What the device reports to software."""
    bandwidth: Annotated[Fact, BANDWIDTH]
    """Of the memory."""
    peak_flops: Annotated[Mapping[Format, Fact], COMPUTE] = field(default_factory=dict)
    """By number format: dense, FP32 accumulation."""
    link: Annotated[Fact | None, BANDWIDTH] = None
    """To other devices, both directions together."""
    board_power: Annotated[Fact | None, POWER] = None
    notes: tuple[Text, ...] = ()
    citations: Annotated[tuple[Citation, ...], At(("also",)), Called("places")] = ()
    """What else was read for this entry."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """A language model.

    Everything but the published counts follows from its dimensions.
    """

    id: Annotated[Id, Mark.KEY]
    name: Text
    developer: Text
    licence: Text
    released: Date
    """A date as precise as known: year, month or day."""
    max_context: Count
    """In tokens."""
    native_precision: Id
    """The id of a precision."""
    dimensions: Annotated[Dimensions, Mark.CITED]
    """As its configuration gives them; without those that it does not have."""
    counts: Annotated[ParameterCounts, Called("parameters")] = field(init=False)
    """Counted from the dimensions: by part, and `total`."""
    published_total: Annotated[Fact, PARAMETERS, At(("published", "total"))]
    published_active: Annotated[Fact | None, PARAMETERS, At(("published", "active"))] = None
    differs: Annotated[Text | None, At(("published", "differs"))] = None
    """Why the published total is not the counted one."""
    notes: tuple[Text, ...] = ()
    citations: Annotated[tuple[Citation, ...], At(("also",)), Called("places")] = ()
    """Where the dimensions were read, then what else was read for this entry."""

    def __post_init__(self) -> None:
        """Count the parameters."""
        object.__setattr__(self, "counts", self.dimensions.counts)

    @property
    def experts_per_layer(self) -> int:
        """Routed experts in a layer that has them; 1 for a dense model."""
        return self.dimensions.moe.routed if self.dimensions.moe else 1

    @property
    def experts_per_token(self) -> int:
        """Routed experts that one token uses in a layer; 1 for a dense model."""
        return self.dimensions.moe.per_token if self.dimensions.moe else 1

    @property
    def kv_layers(self) -> int:
        """Layers whose cache grows with all of the context."""
        return self.dimensions.kv_layers

    @property
    def windowed_layers(self) -> int:
        """Layers whose cache stops growing at the window."""
        return self.dimensions.windowed_layers

    @property
    def window(self) -> int:
        """Tokens that windowed layers look back over; 0 when there are none."""
        return self.dimensions.window.size if self.dimensions.window else 0

    @property
    def kv_values_per_layer(self) -> int:
        """Numbers that one layer caches for one token."""
        return self.dimensions.kv_values_per_layer

    @property
    def kv_heads(self) -> int:
        """Heads that a cache can be split by over GPUs; a latent one is the same for all: 1."""
        return 1 if self.dimensions.mla else self.dimensions.kv_heads

    @property
    def attention_flops_per_position(self) -> int:
        """FLOPs that a decoded token spends on one cached position in one layer."""
        return self.dimensions.attention_flops_per_position


@dataclass(frozen=True, kw_only=True)
class Precision:
    """A number format of weights, in true bits per parameter, scales included."""

    id: Annotated[Id, Mark.KEY]
    name: Text
    math: Format
    """The format that the matrix units multiply in."""
    block_bits: Annotated[Fact, BITS, At(("blocks",), otherwise="bits")]
    """Of parameters outside routed experts and vocabulary matrices."""
    expert_bits: Annotated[Fact, BITS, At(("experts",), otherwise="bits")]
    """Of routed experts."""
    vocabulary_bits: Annotated[Fact, BITS, At(("vocabulary",), otherwise="bits")]
    """Of embedding and head."""
    layout: Text
    """How the bits are laid out, in one sentence."""
    notes: tuple[Text, ...] = ()

    @property
    def block_bytes(self) -> float:
        """Bytes per parameter outside routed experts and vocabulary matrices."""
        return self.block_bits.value / 8

    @property
    def expert_bytes(self) -> float:
        """Bytes per parameter of routed experts."""
        return self.expert_bits.value / 8

    @property
    def vocabulary_bytes(self) -> float:
        """Bytes per parameter of embedding and head."""
        return self.vocabulary_bits.value / 8


@dataclass(frozen=True, kw_only=True)
class Predictor:
    """Another tool that predicts decode speeds, and how far off it was on rows of this catalog.

    The run was this site's own: nobody else publishes one. Errors are |predicted ÷ measured − 1|.
    """

    id: Annotated[Id, Mark.KEY]
    name: Text
    """With its version."""
    rows: Count
    """Rows that it was asked for."""
    of: Text
    """Which rows they are."""
    median_error: Share
    """As a share."""
    p90_error: Share | None = None
    """Nine in ten are at most so far off; as a share."""
    own_rows: Count
    """Rows that this site's expected speed of that day was held against beside it."""
    own_median_error: Share
    """As a share."""
    own_p90_error: Share | None = None
    how: Text
    """How it predicts, and how it was run."""
    unfair: Text
    """What speaks against the comparison."""
    citations: Annotated[tuple[Citation, ...], At(("places",)), Called("places")]
    """The tool itself."""


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """A published decode speed; names as its source prints them, ids where the catalog has it."""

    id: Id
    citation: Annotated[Citation, Called("place")]
    """The row of the source."""
    title: Annotated[Text, Mark.HEAD]
    """Names the source for readers."""
    date: Annotated[Text, Mark.HEAD]
    benchmark: Annotated[Id | None, Mark.HEAD] = None
    """The id of a source of the same benchmark: both weigh, and are left out, as one."""
    trust: Annotated[str, OneOf(("A", "A-", "B", "C")), Mark.HEAD]
    """A, read at a pinned commit, to C, doubtful."""
    read_via: Annotated[Text, Mark.HEAD]
    """How it was read."""
    measured: Text | None = None
    """When, where the rows of a source differ."""
    model: Text
    model_id: Id | None = None
    precision: Text
    precision_id: Id | None = None
    math: Format | None = None
    """What the matrix units multiply in, where the catalog does not have the format."""
    gpu: Text
    gpu_id: Id | None = None
    bandwidth: Annotated[float, BANDWIDTH]
    """Of one device; B/s."""
    gpus: Count = 1
    layout: Annotated[str, OneOf(("single", "tensor", "layer"))] = "single"
    """`single`, `tensor` (devices read at once) or `layer` (one after another)."""
    link: Annotated[str | None, OneOf(LINKS)] = None
    """What joins the devices, where that is said."""
    power: Annotated[float | None, POWER] = None
    """Mean draw of a board during the run; W."""
    engine: Text
    version: Annotated[Text, Called("engine_version")]
    concurrency: Count = 1
    """Users decoded together."""
    users: Annotated[float | None, Bound(gt=0)] = None
    """Users really decoding at a time, on average, where requests did not keep all of them busy."""
    context: Count
    """Tokens in each user's context, on average over the run."""
    prompt: Count | None = None
    """Tokens of a request's prompt, on average."""
    output: Count | None = None
    """Tokens of its answer, on average."""
    measures: Annotated[str, OneOf(("rate", "mean", "median"))] = "rate"
    """A `rate` of decode steps alone; the `mean` time per output token, which also holds what
    passes between steps; or the `median` time between tokens, which is a step."""
    traffic: Annotated[str | None, OneOf(("steady", "wave"))] = None
    """How requests come: `steady`, so that prompts are taken in between the steps of others, or in
    a `wave` of equal ones, whose prompts are done before tokens are counted."""
    reads: Annotated[float | None, MEMORY] = None
    """Bytes of weights read for one token of one user."""
    reads_how: Text | None = None
    """How the bytes read are known."""
    experts: Count | None = None
    """Routed experts in a layer of a mixture, where the row says so itself."""
    experts_per_token: Count | None = None
    """Of these, those that one token uses."""
    expert_bytes: Annotated[float | None, MEMORY] = None
    """Bytes of all routed experts."""
    active: Annotated[float | None, PARAMETERS] = None
    """Parameters that one token multiplies with."""
    layers: Count | None = None
    hidden: Count | None = None
    """Width of the layers, for models that the catalog lacks."""
    kv_precision_id: Id | None = None
    """The format of the cache, where it is not 16 bits."""
    kv_heads: Count | None = None
    """KV heads, over which a cache can be split, for models that the catalog lacks; 1 for a latent
    cache."""
    kv_bytes_per_token: Count | None = None
    """Cache of one token over all layers, 16 bits a value."""
    kv_read: Annotated[float | None, MEMORY] = None
    """Bytes of one user's cache that a step reads, in the cache's own format, for models that the
    catalog lacks."""
    tokens_per_second: Speed
    """For one user."""
    speculative: bool = False
    """Whether several tokens came out of one read of the weights."""
    notes: tuple[Text, ...] = ()
    left_out: Text | None = None
    """Why no analysis may use the row, if so."""

    @property
    def gpus_reading(self) -> int:
        """GPUs whose bandwidth adds up: all in tensor parallel, one when layers are split."""
        return self.gpus if self.layout == "tensor" else 1
