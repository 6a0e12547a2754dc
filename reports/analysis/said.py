"""What an analysis says to people: an English sentence with its values, which the pages translate by the sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Said:
    """``template`` is a str.format text and the msgid of its translation; str() is the English sentence.

    Names of channels, regions and weeks are values, never part of the template.
    """

    template: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)
