"""A transformer's dimensions, and what follows from them: parameters, cache, attention.

The counts agree to the unit with models built from the same dimensions by the transformers
library; tests/catalog/test_architecture.py holds the figures.
"""

from __future__ import annotations

from dataclasses import dataclass

from macros.catalog.fields import Count, Rank


@dataclass(frozen=True)
class ParameterCounts:
    """Parameters by the part of the model that they belong to.

    Attributes:
        experts: every routed expert of every layer, whether a token uses it or not.
        embedding: the table that turns a token into a vector; 0 when the head's is used (tied).
        head: the matrix that turns a vector into logits, shared with the input when tied.
    """

    attention: int
    dense_ffn: int
    shared_experts: int
    routers: int
    norms: int
    experts: int
    embedding: int
    head: int

    @property
    def blocks(self) -> int:
        """Parameters that every token needs: all but routed experts and vocabulary matrices."""
        return self.attention + self.dense_ffn + self.shared_experts + self.routers + self.norms

    @property
    def total(self) -> int:
        """All parameters, a tied vocabulary matrix counted once."""
        return self.blocks + self.experts + self.embedding + self.head


@dataclass(frozen=True, kw_only=True)
class LatentAttention:
    """Multi-head latent attention (DeepSeek-V2): one compressed vector is cached for all heads."""

    q_lora_rank: Rank
    """0 where queries are not compressed (DeepSeek-V2-Lite)."""
    kv_lora_rank: Count
    nope_head_dim: Count
    rope_head_dim: Count
    v_head_dim: Count


@dataclass(frozen=True, kw_only=True)
class Experts:
    """A mixture of experts: `layers` of the model's layers route each token to a few of many."""

    layers: Count
    routed: Count
    per_token: Count
    intermediate: Count
    shared: Count = 0
    shared_gate: bool = False
    router_bias: bool = False
    expert_biases: bool = False


@dataclass(frozen=True, kw_only=True)
class LinearAttention:
    """Gated DeltaNet layers (Qwen3-Next): a state of fixed size takes the place of a cache."""

    layers: Count
    key_heads: Count
    value_heads: Count
    head_dim: Count
    conv_kernel: Count


@dataclass(frozen=True, kw_only=True)
class Window:
    """Sliding-window attention: `layers` of the layers look back over `size` tokens only."""

    size: Count
    layers: Count


@dataclass(frozen=True, kw_only=True)
class Dimensions:
    """A decoder's dimensions, named as config.json files name them, but shorter."""

    layers: Count
    hidden: Count
    heads: Count
    vocab: Count
    tied_embeddings: bool
    intermediate: Count = 0
    """Width of the dense feed-forward layers; 0 when all layers have experts."""
    kv_heads: Count = 0
    """0, as `head_dim`, under latent attention, which has its own dimensions."""
    head_dim: Count = 0
    norms_per_layer: Count = 2
    """Normalisation vectors of width `hidden` in a layer (Gemma has four)."""
    qkv_bias: bool = False
    output_bias: bool = False
    qk_norm: bool = False
    """Queries and keys are normalised per head, with one vector each."""
    sinks: bool = False
    """One learned attention-sink logit a head (gpt-oss)."""
    attention_gate: bool = False
    """The query projection also makes a gate of its own size (Qwen3-Next)."""
    mla: LatentAttention | None = None
    moe: Experts | None = None
    linear_attention: LinearAttention | None = None
    window: Window | None = None

    def __post_init__(self) -> None:
        """Refuse dimensions that do not add up.

        Raises:
            ValueError: a part claims more than the model has, or what belongs together is not all
                there; the message says what.
        """
        moe_layers = self.moe.layers if self.moe else 0
        linear_layers = self.linear_attention.layers if self.linear_attention else 0
        if moe_layers > self.layers or linear_layers + self.windowed_layers > self.layers:
            raise ValueError(f"a part claims more layers than the model's {self.layers}")
        if self.moe and self.moe.per_token > self.moe.routed:
            raise ValueError(f"a token can't use {self.moe.per_token} of {self.moe.routed} experts")
        if bool(self.intermediate) != (self.layers > moe_layers):
            raise ValueError("`intermediate` is given if and only if a layer has no experts")
        if bool(self.kv_heads and self.head_dim) == bool(self.mla):
            raise ValueError("give either `kv_heads` and `head_dim`, or `mla`")

    @property
    def counts(self) -> ParameterCounts:
        """Parameters by part, exactly."""
        moe, linear = self.moe, self.linear_attention
        vocabulary = self.vocab * self.hidden
        softmax_layers = self.layers - (linear.layers if linear else 0)
        attention = softmax_layers * self._attention_per_layer
        if linear:
            attention += linear.layers * _delta_net(self.hidden, linear)
        return ParameterCounts(
            attention=attention,
            dense_ffn=(self.layers - (moe.layers if moe else 0)) * self._ffn(self.intermediate),
            shared_experts=moe.layers * self._shared(moe) if moe else 0,
            routers=moe.layers * moe.routed * (self.hidden + moe.router_bias) if moe else 0,
            norms=(self.norms_per_layer * self.layers + 1) * self.hidden,
            experts=moe.layers * moe.routed * self._expert(moe) if moe else 0,
            embedding=0 if self.tied_embeddings else vocabulary,
            head=vocabulary,
        )

    @property
    def kv_layers(self) -> int:
        """Layers whose cache grows with all of the context."""
        linear = self.linear_attention.layers if self.linear_attention else 0
        return self.layers - linear - self.windowed_layers

    @property
    def windowed_layers(self) -> int:
        """Layers whose cache stops growing at the window."""
        return self.window.layers if self.window else 0

    @property
    def kv_values_per_layer(self) -> int:
        """Numbers that one layer caches for one token.

        A key and a value for each kv head: `2 * kv_heads * head_dim`. Latent attention caches one
        compressed vector and one rotary key: `kv_lora_rank + rope_head_dim` (DeepSeek-V2,
        section 2.1).
        """
        if self.mla:
            return self.mla.kv_lora_rank + self.mla.rope_head_dim
        return 2 * self.kv_heads * self.head_dim

    @property
    def attention_flops_per_position(self) -> int:
        """FLOPs that a decoded token spends on one cached position in one layer.

        Each head multiplies and adds along a query-key product and along a value:
        `2 * heads * (qk_dim + v_dim)`, which is `4 * heads * head_dim` for plain attention. Latent
        attention at decode works on the cached vector itself, with its up-projections absorbed
        into query and output (DeepSeek-V2, section 2.1.2): keys of `kv_lora_rank + rope_head_dim`,
        values of `kv_lora_rank`.
        """
        if self.mla:
            return 2 * self.heads * (2 * self.mla.kv_lora_rank + self.mla.rope_head_dim)
        return 4 * self.heads * self.head_dim

    @property
    def _attention_per_layer(self) -> int:
        if self.mla:
            return self._latent_attention(self.mla)
        queries, keys = self.heads * self.head_dim, self.kv_heads * self.head_dim
        projected = queries * (2 if self.attention_gate else 1) + 2 * keys
        weights = self.hidden * (projected + queries)
        biases = projected * self.qkv_bias + self.hidden * self.output_bias
        return weights + biases + 2 * self.head_dim * self.qk_norm + self.heads * self.sinks

    def _latent_attention(self, mla: LatentAttention) -> int:
        """Down- and up-projections of query and cache, a norm at each rank, and the output."""
        query = self.heads * (mla.nope_head_dim + mla.rope_head_dim)
        key_and_value = mla.nope_head_dim + mla.v_head_dim
        rank = mla.q_lora_rank
        return (
            (rank * (self.hidden + 1 + query) if rank else self.hidden * query)
            + mla.kv_lora_rank * (self.hidden + 1 + self.heads * key_and_value)
            + mla.rope_head_dim * self.hidden
            + self.heads * mla.v_head_dim * self.hidden
        )

    def _ffn(self, width: int) -> int:
        """A gated feed-forward layer: gate, up and down."""
        return 3 * self.hidden * width

    def _expert(self, moe: Experts) -> int:
        biases = 2 * moe.intermediate + self.hidden if moe.expert_biases else 0
        return self._ffn(moe.intermediate) + biases

    def _shared(self, moe: Experts) -> int:
        return self._ffn(moe.shared * moe.intermediate) + self.hidden * moe.shared_gate


def _delta_net(hidden: int, linear: LinearAttention) -> int:
    """Parameters of one gated DeltaNet layer, as in transformers' Qwen3NextGatedDeltaNet."""
    keys = linear.key_heads * linear.head_dim
    values = linear.value_heads * linear.head_dim
    projections = hidden * (2 * keys + 2 * values + 2 * linear.value_heads)  # q, k, v, z; b, a
    convolution = (2 * keys + values) * linear.conv_kernel
    decay = 2 * linear.value_heads  # A_log and dt_bias
    return projections + convolution + decay + linear.head_dim + values * hidden
