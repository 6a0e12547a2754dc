"""Who bought: normalising, tokens, evidence, people, overlap. Plain Python on values, tokens and Arrow tables."""
