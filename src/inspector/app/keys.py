"""Keys: what is bound in a class of ours, for the help and the palette, which have no list of their own."""

from textual.binding import Binding
from textual.dom import DOMNode

__all__ = ["bindings_of", "meaning"]


def bindings_of(node: type[DOMNode]) -> list[Binding]:
    """The bindings that a class of Inspector and those of Inspector above it declare, its own first."""
    own = [each for each in node.__mro__ if each.__module__.startswith("inspector.")]
    return [binding for each in own for binding in each.__dict__.get("BINDINGS", ()) if isinstance(binding, Binding)]


def meaning(binding: Binding) -> str:
    """What a key does, in a sentence."""
    return binding.tooltip or binding.description
