"""Nicknames and the formal names they stand for, romanised and small."""

_TABLE = """
    robert bob bobby rob robbie
    elizabeth liz lizzie beth betty eliza elisabeth
    william bill billy will willy
"""
FORMAL = {short: line.split()[0] for line in _TABLE.strip().splitlines() for short in line.split()[1:]}


def formal(word: str) -> str:
    """The formal name of a nickname, and any other word as it is."""
    return FORMAL.get(word, word)
