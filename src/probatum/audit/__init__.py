"""What a change does to a specification and its tests: five mechanical points, on syntax, in both directions."""

from probatum.audit.model import Audit, Finding, Outcome, Place, Weight
from probatum.audit.run import audit_change, wanted

__all__ = ["Audit", "Finding", "Outcome", "Place", "Weight", "audit_change", "wanted"]
