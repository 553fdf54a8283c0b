"""Several authors as one: the strategy says who is asked; where it does not, they take turns."""

from __future__ import annotations

from dataclasses import dataclass

from probatum.authors.base import Author, Brief, Proposal, worst_usd


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Asks the member that the brief names."""

    members: tuple[Author, ...]

    @property
    def name(self) -> str:
        """The names of all members, as they are written on a command line."""
        return ",".join(member.name for member in self.members)

    def propose(self, brief: Brief) -> Proposal | None:
        """What the member proposes; it does not know of the others."""
        return self._chosen(brief).propose(brief)

    def worst_usd(self, brief: Brief) -> float:
        """What the answer of that member may cost."""
        return worst_usd(self._chosen(brief), brief)

    def _chosen(self, brief: Brief) -> Author:
        named = [member for member in self.members if member.name == brief.member]
        return named[0] if named else self.members[brief.turn % len(self.members)]

    def close(self) -> None:
        """Close the members that have something to close."""
        for member in self.members:
            getattr(member, "close", lambda: None)()
