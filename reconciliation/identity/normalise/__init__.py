"""Canonical forms of what people write: names, mailboxes, phones, addresses, and what platforms mask of them."""
