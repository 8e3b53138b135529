"""What the rest of the project sees of the catalog: frozen entries in SI units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from macros.catalog.counts import ParameterCounts

if TYPE_CHECKING:  # entries that were checked before need no checker
    from macros.catalog.architecture import Dimensions


@dataclass(frozen=True)
class Source:
    """Something that was read: where it is, what it is, and when it was read."""

    id: str
    url: str
    what: str
    read: date


@dataclass(frozen=True)
class Citation:
    """A place in a source: a table, a row, a line."""

    source: Source
    where: str


@dataclass(frozen=True)
class Fact:
    """A published value.

    Attributes:
        value: in the SI unit `unit` (B, B/s, FLOP/s, W), or in parameters or bits.
        printed: the value as the catalog writes it, such as `3.35 TB/s`.
        citations: the places that say so; never empty.
        source_prints: what the source prints instead, where the value had to be altered.
        how: how it was altered, in words.
        contested: what another credible source says.
        why: for a contested value, what speaks for it.
        convention: for a parameter count, what was counted.
    """

    value: float
    printed: str
    unit: str
    citations: tuple[Citation, ...]
    source_prints: str | None = None
    how: str | None = None
    contested: Fact | None = None
    why: str | None = None
    convention: str | None = None


@dataclass(frozen=True)
class Gpu:
    """An accelerator, per device.

    Attributes:
        memory: what the label says, read as decimal GB; bytes.
        memory_reported: what the device reports to software, where that was read; bytes.
        bandwidth: of the memory; B/s.
        peak_flops: FLOP/s by number format (fp16, fp8, int8, fp4): dense, FP32 accumulate.
        link: to other devices, both directions together; B/s.
        board_power: W.
        announced: a date as precise as known: year, month or day.
        citations: what else was read for this entry.
    """

    id: str
    name: str
    vendor: str
    architecture: str
    memory_type: str
    memory: Fact
    memory_reported: Fact | None
    bandwidth: Fact
    peak_flops: Mapping[str, Fact]
    link: Fact | None
    board_power: Fact | None
    announced: str | None
    notes: tuple[str, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Model:
    """A language model; everything but the published counts follows from its dimensions.

    Attributes:
        released: a date as precise as known: year, month or day.
        max_context: tokens.
        native_precision: the id of the precision that the weights are published in.
        differs: why the published total is more than 0.5 % off the derived one, if it is.
        citations: of the dimensions first, then what else was read for this entry.
    """

    id: str
    name: str
    developer: str
    licence: str
    released: str
    max_context: int
    native_precision: str
    dimensions: Dimensions
    published_total: Fact
    published_active: Fact | None
    differs: str | None
    notes: tuple[str, ...]
    citations: tuple[Citation, ...]

    @property
    def counts(self) -> ParameterCounts:
        """Parameters by part, derived from the dimensions."""
        return self.dimensions.counts

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
    def attention_flops_per_position(self) -> int:
        """FLOPs that a decoded token spends on one cached position in one layer."""
        return self.dimensions.attention_flops_per_position


@dataclass(frozen=True)
class Precision:
    """A number format of weights: true bits per parameter, scales included.

    Attributes:
        block_bits: for parameters outside routed experts and vocabulary matrices.
        expert_bits: for routed experts.
        vocabulary_bits: for embedding and head.
        math: the format that the matrix units multiply in: fp16, fp8, int8 or fp4.
        layout: how the bits are laid out, in one sentence.
    """

    id: str
    name: str
    block_bits: Fact
    expert_bits: Fact
    vocabulary_bits: Fact
    math: str
    layout: str
    notes: tuple[str, ...]

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


@dataclass(frozen=True)
class Measurement:
    """A published decode speed.

    Attributes:
        citation: the row of the source; `title` names the source for readers.
        trust: A (read at a pinned commit) to C (doubtful); `read_via` says how it was read.
        model, precision, gpu: as the source prints them; the `_id` beside each is the
            catalog's, if it has exactly that.
        bandwidth: specification of one GPU; B/s.
        layout: `single`, `tensor` (GPUs read at once) or `layer` (one after another).
        concurrency: users decoded together.
        context: tokens in each user's context, on average over the run.
        reads: weight bytes read for one token at batch 1; `reads_how` says how that is known.
        kv_bytes_per_token: cache of one token over all layers, 16 bits a value; bytes.
        tokens_per_second: for one user.
        speculative: several tokens came out of one read of the weights.
        left_out: why no analysis may use the row, if so.
    """

    id: str
    citation: Citation
    title: str
    date: str
    trust: str
    read_via: str
    model: str
    model_id: str | None
    precision: str
    precision_id: str | None
    gpu: str
    gpu_id: str | None
    bandwidth: float
    gpus: int
    layout: str
    engine: str
    version: str
    concurrency: int
    context: int
    reads: float | None
    reads_how: str | None
    layers: int | None
    kv_bytes_per_token: int | None
    tokens_per_second: float
    speculative: bool
    notes: tuple[str, ...]
    left_out: str | None

    @property
    def gpus_reading(self) -> int:
        """GPUs whose bandwidth adds up: all in tensor parallel, one when layers are split."""
        return self.gpus if self.layout == "tensor" else 1
