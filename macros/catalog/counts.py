"""Parameters by part, apart from the shapes of files: reading a count loads no checker."""

from __future__ import annotations

from dataclasses import dataclass


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
