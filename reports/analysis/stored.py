"""Answers as JSON and back: ``record``'s fields, and beside them templates and values, so that pages can translate."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from reports.analysis.estimate import Answer, Bounds, CannotTell, Check, Estimate, record
from reports.analysis.said import Said


def stored(answer: Answer) -> dict[str, Any]:
    """The record of an answer with its ``detail`` and ``said``; numbers that JSON has not become null."""
    said = {
        "assumptions": [pair(one) for one in answer.assumptions],
        "checks": [pair(one.detail) for one in answer.checks],
    }
    if isinstance(answer, CannotTell):
        said |= {"reason": pair(answer.reason), "tell": pair(answer.tell) if answer.tell else []}
    return plain({**record(answer), "detail": answer.detail, "said": said})  # type: ignore[no-any-return]


def restored(kept: Mapping[str, Any]) -> Answer:
    """The answer that was stored. Ends of intervals that were infinite are so again."""
    said = kept["said"]
    common: dict[str, Any] = {
        "unit": kept["unit"], "n": kept["n"], "method": kept["method"], "level": kept["level"],
        "detail": kept["detail"], "assumptions": tuple(map(unpaired, said["assumptions"])),
        "checks": tuple(
            Check(one["name"], one["passed"], unpaired(text), one["value"])
            for one, text in zip(kept["checks"], said["checks"], strict=True)
        ),
    }  # fmt: skip
    if kept["type"] == "cannot_tell":
        tell = unpaired(said["tell"]) if said["tell"] else None
        return CannotTell(unpaired(said["reason"]), tell, unbounded=kept["unbounded"], **common)
    low = -math.inf if kept["low"] is None else kept["low"]
    high = math.inf if kept["high"] is None else kept["high"]
    if kept["type"] == "bounds":
        return Bounds(low, high, **common)
    return Estimate(kept["value"], low, high, **common)


def plain(value: Any) -> Any:
    """What json can hold: arrays as lists, keys as text, numbers that are none as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if hasattr(value, "tolist"):  # numpy's
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.isoformat() if hasattr(value, "isoformat") else value


def pair(said: Said) -> list[Any]:
    return [said.template, dict(said.values)]


def unpaired(kept: list[Any]) -> Said:
    return Said(kept[0], kept[1])


def fingerprint(*values: Any) -> str:
    """SHA-256 of values, arrays and dataclasses of these: stands in a question's data for what is too large for it."""
    digest = hashlib.sha256()
    for value in values:
        _feed(digest, value)
    return digest.hexdigest()


def _feed(digest: "hashlib._Hash", value: Any) -> None:
    if isinstance(value, Mapping):
        for key in sorted(value, key=str):
            _feed(digest, str(key))
            _feed(digest, value[key])
    elif is_dataclass(value):
        for one in fields(value):
            _feed(digest, one.name)
            _feed(digest, getattr(value, one.name))
    elif hasattr(value, "tobytes"):  # numpy's
        digest.update(f"{value.dtype}{value.shape}".encode())
        digest.update(value.tobytes())
    elif isinstance(value, list | tuple):
        digest.update(f"[{len(value)}]".encode())
        for one in value:
            _feed(digest, one)
    else:
        digest.update(f"{type(value).__name__}:{value};".encode())
