"""What a check of a figure says: whether it misleads, why that matters, and what to look at instead."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.analysis.said import Said

PASSED = Said("Nothing found.")


@dataclass(frozen=True, slots=True)
class Flag:
    """``fired`` is None where there is too little to tell; ``wrong`` then says what is missing.

    ``figures`` are finite; one that is not defined is left out.
    """

    rule: str
    fired: bool | None
    wrong: Said
    why: Said
    instead: Said
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """K1–K21 of facts/measurement.md §5: what holds of a rule whatever the figures are."""

    code: str
    why: Said
    instead: Said

    def fires(self, wrong: Said, figures: Mapping[str, float]) -> Flag:
        return Flag(self.code, True, wrong, self.why, self.instead, figures)

    def passes(self, figures: Mapping[str, float]) -> Flag:
        return Flag(self.code, False, PASSED, self.why, self.instead, figures)

    def cannot_tell(self, missing: Said, figures: Mapping[str, float] | None = None) -> Flag:
        return Flag(self.code, None, missing, self.why, self.instead, figures or {})

    def decided(self, wrong: Said | None, figures: Mapping[str, float]) -> Flag:
        return self.passes(figures) if wrong is None else self.fires(wrong, figures)
