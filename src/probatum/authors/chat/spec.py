"""Which model is asked, through which interface, how freely: ``anthropic:claude-x@0.7``."""

from __future__ import annotations

from dataclasses import dataclass

from probatum.errors import UsageError

PROTOCOLS = ("anthropic", "openai", "openai-responses")
"""Anthropic Messages, OpenAI Chat Completions (and every server that speaks it), OpenAI Responses."""
_GUESSED = (("claude", "anthropic"), ("gpt", "openai"), ("o1", "openai"), ("o3", "openai"), ("o4", "openai"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One model as a person named it."""

    protocol: str
    model: str
    temperature: float | None = None
    """None: the server's own."""

    @property
    def name(self) -> str:
        """The author's name in a journal."""
        heat = "" if self.temperature is None else f"@{self.temperature:g}"
        return f"chat:{self.protocol}:{self.model}{heat}"


def spec_of(text: str) -> Spec:
    """Read ``[PROTOCOL:]MODEL[@TEMPERATURE]``. Raises `UsageError`."""
    named, at, heat = text.strip().rpartition("@")
    named, heat = (named, heat) if at else (heat, "")
    protocol, colon, model = named.partition(":")
    if not colon or protocol not in PROTOCOLS:
        # Names of local models hold colons themselves (llama3:8b).
        protocol, model = next((p for begin, p in _GUESSED if named.startswith(begin)), ""), named
    if not model or not protocol:
        raise UsageError(
            f"'{text}' does not say which interface the model is behind",
            fix=f"Write PROTOCOL:MODEL@TEMPERATURE, the protocol being one of {', '.join(PROTOCOLS)}",
        )
    try:
        temperature = float(heat) if heat else None
    except ValueError:
        raise UsageError(f"the temperature of '{text}' is no number", fix="Write MODEL@0.7") from None
    if temperature is not None and not 0 <= temperature <= 2:
        raise UsageError(f"the temperature of '{text}' is not in 0..2", fix="Write MODEL@0.7")
    return Spec(protocol=protocol, model=model, temperature=temperature)
