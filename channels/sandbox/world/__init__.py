"""Worlds made from a seed, whose truth is known: a brand, its buyers, its channels and all of its money."""
