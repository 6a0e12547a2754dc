"""How much of demand came by searching for the brand: lexicon, classes of queries, shares with bounds."""
