"""Thai names as people write them in Latin letters."""


def said(word: str) -> str:
    return word
