"""A stand-in for the marketplaces on loopback that speaks their real protocols, and the worlds it serves."""
