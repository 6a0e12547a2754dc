"""The sources of pages. A new one is a folder here that offers ``ADAPTER``; there is no list to extend."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from channels.core.adapter import Adapter, Format


@cache
def adapters() -> tuple[Adapter, ...]:
    """Every adapter, by folder name."""
    names = sorted(module.name for module in iter_modules(__path__) if module.ispkg)
    return tuple(import_module(f"{__name__}.{name}").ADAPTER for name in names)


def kept_as(resource: str) -> str:
    """The resource under which the facts of a page are kept: several layouts may tell the same facts."""
    return format_of(resource).kept_as or resource


def format_of(resource: str) -> Format:
    """The format that reads a resource. Raises KeyError for one that no adapter has."""
    return next(one for adapter in adapters() for one in adapter.formats if one.resource == resource)


@cache
def billed_elsewhere() -> frozenset[str]:
    """The resources whose advertising no channel bills, so that it posts by itself."""
    return frozenset(
        form.kept_as or form.resource for adapter in adapters() for form in adapter.formats if form.billed_elsewhere
    )
