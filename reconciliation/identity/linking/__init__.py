"""The linker: pairs of records that may be one person, weighed by Splink on tokens only."""
