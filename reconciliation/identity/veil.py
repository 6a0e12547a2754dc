"""Personal values as a page may show them: enough to compare two by eye, too little to know either."""

ELLIPSIS = "…"
SHORT = 3  # characters; of shorter words only the first is shown


def veiled(field: str, value: str) -> str:
    """The value of a field of a buyer with its middle left out; city and country stay as they are."""
    text = value.strip()
    if field in ("city", "country") or not text:
        return text
    if field == "email":
        local, _at, host = text.rpartition("@")
        name, _dot, ending = host.rpartition(".")
        return f"{_word(local)}@{_word(name)}.{_ending(ending)}" if local and name else _word(text)
    if field in ("phone", "postcode", "buyer"):
        return _last_two(text)
    if field == "username":
        return _word(text)
    return " ".join(_last_two(word) if any(map(str.isdigit, word)) else _word(word) for word in text.split())


def _word(text: str) -> str:
    """First letter and last letter."""
    first, last = text[:1], text[-1:]
    shown = last if len(text) > SHORT and last.isalnum() else ""
    return f"{first if first.isalnum() else ''}{ELLIPSIS}{shown}"


def _last_two(text: str) -> str:
    """The last two of at least five digits or letters, since two of fewer would be nearly all."""
    kept = [one for one in text if one.isalnum()]
    enough = len(text) > SHORT + 1 and len(kept) >= 2 and text[-2:].isalnum()
    return ELLIPSIS + ("".join(kept[-2:]) if enough else "")


def _ending(text: str) -> str:
    return text if text.isalpha() and len(text) <= 6 else ELLIPSIS
