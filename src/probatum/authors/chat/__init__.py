"""The author `chat`: a model behind an Anthropic or OpenAI interface, asked from a process of its own."""

from __future__ import annotations

from probatum.authors.chat.author import Chat, Server
from probatum.authors.chat.spec import Spec, spec_of

__all__ = ["Chat", "Server", "Spec", "spec_of"]
