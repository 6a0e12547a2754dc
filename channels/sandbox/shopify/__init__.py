"""Shopify of the sandbox: Admin GraphQL 2026-10 executed on the official schema, bulk files, tokens and webhooks."""

from channels.sandbox.shopify.vendor import Shopify

__all__ = ["Shopify"]
