"""The documentation says what there is: commands, variables, formats, tiers, links; in both languages alike."""

import argparse
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.utils.translation import gettext, override

from channels.adapters import adapters
from config.environment import (
    env_bool,
    env_fernet_keys,
    env_int,
    env_list,
    env_path,
    env_secret,
    env_text,
    env_token_keys,
)
from reconciliation.ledger.tiers import LADDER, TIER, VERSION

ROOT = Path(__file__).resolve().parent.parent
ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
OPERATIONS = ROOT / "docs" / "operations.md"
PULLING = ROOT / "docs" / "pulling.md"
FOLDERS = ("docs", "channels", "reconciliation", "reports", "tests")
PAGES = sorted([*ROOT.glob("*.md"), *(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))])
READERS = (env_text, env_bool, env_int, env_list, env_path, env_secret, env_fernet_keys, env_token_keys)

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
each_readme = pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=["en", "zh"])


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def cells(page: Path) -> list[list[str]]:
    """The rows of the page's tables, without their heads' rulers."""
    rows = re.findall(r"^\|(.+)\|$", text_of(page), re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in rows]


def commands(page: Path) -> list[list[str]]:
    """(command, option, …) of each ``manage.py`` that the page names."""
    found = re.findall(r"manage\.py ([a-z]\w*)([^`\n]*)", text_of(page))
    return [[name, *re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest)] for name, rest in found]


def options(command: argparse.ArgumentParser) -> set[str]:
    return {option for action in command._actions for option in action.option_strings}


@each_page
def test_a_command_that_is_named_exists_with_its_options(page: Path) -> None:
    apps = get_commands()
    for name, *given in commands(page):
        assert name in apps, f"manage.py {name}"
        command = load_command_class(apps[name], name)
        unknown = set(given) - options(command.create_parser("manage.py", name))
        assert not unknown, f"manage.py {name}: {unknown}"


def test_each_command_of_ours_is_in_the_readme() -> None:
    ours = {path.stem for path in ROOT.glob("*/management/commands/*.py")} - {"__init__"}
    text = text_of(ENGLISH)
    assert {name for name in ours if f"manage.py {name}" not in text and f"make {name}" not in text} == set()


@each_page
def test_a_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^ *|make |=\S+ )make ([a-z]+)", text_of(page), re.MULTILINE))
    assert named <= targets


def test_every_variable_that_is_read_is_documented_and_no_other() -> None:
    names = "|".join(reader.__name__ for reader in READERS)
    code = "\n".join(text_of(path) for path in sorted((ROOT / "config").rglob("*.py")))
    read = set(re.findall(rf'\b(?:{names})\("([A-Z_]+)"', code))
    documented = {row[0].strip("`") for row in cells(OPERATIONS) if re.fullmatch(r"`[A-Z_]+`", row[0])}
    assert documented == read
    assert set(re.findall(r"os\.environ(?:\.get\(|\[)(f?\"[^\"]*\"|\w+)", code)) == {"name", 'f"{name}_FILE"'}


def test_a_variable_that_a_page_names_is_read() -> None:
    documented = text_of(OPERATIONS)
    for page in PAGES:
        for name in re.findall(r"\bPLUMBLINE_[A-Z_]+\b", text_of(page)):
            assert f"`{name}`" in documented, f"{page.name}: {name}"


def test_both_readmes_have_the_same_shape() -> None:
    english, chinese = (text_of(page) for page in (ENGLISH, CHINESE))
    heads = [re.findall(r"^(#+) ", without_code(text), re.MULTILINE) for text in (english, chinese)]
    blocks = [re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) for text in (english, chinese)]
    makes = [re.findall(r"make [a-z]+(?: [A-Z]+=\d+)?", text) for text in (english, chinese)]
    assert heads[0] == heads[1]
    assert blocks[0] == blocks[1]
    assert sorted(makes[0]) == sorted(makes[1])
    assert links(english) - {"README.zh-CN.md", "docs/contribution.png"} == links(chinese) - {
        "README.md", "docs/contribution.zh-CN.png"
    }  # fmt: skip


def links(text: str) -> set[str]:
    return {link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link} - {""}


@each_page
def test_relative_links_lead_somewhere(page: Path) -> None:
    assert [link for link in links(text_of(page)) if not (page.parent / link).exists()] == []


@pytest.mark.parametrize(("readme", "language"), [(ENGLISH, "en"), (CHINESE, "zh-hans")], ids=["en", "zh"])
def test_the_readme_lists_every_format_by_its_title_and_no_other(readme: Path, language: str) -> None:
    listed = [(row[0].strip("`"), row[1]) for row in cells(readme) if re.fullmatch(r"`[a-z_]+\.[a-z_]+`", row[0])]
    with override(language):
        known = {(form.resource, gettext(form.title)) for adapter in adapters() for form in adapter.formats}
    assert set(listed) == known
    assert len(listed) == len(known)


@each_readme
def test_the_readme_says_the_tiers_as_they_are(readme: Path) -> None:
    kinds = [set(re.findall(r"`(\w+)`", row[2])) for row in cells(readme) if row[0] in {"net revenue", "净收入"}]
    kinds += [set(re.findall(r"`(\w+)`", row[2])) for row in cells(readme) if re.fullmatch(r"CM\d[ab]?", row[0])]
    assert kinds == [{kind.value for kind, own in TIER.items() if own == tier} for tier in LADDER]
    assert all(f"`{name}`" in text_of(readme) for name in (VERSION, "subscription", "overhead"))


def test_every_adapter_has_a_readme_that_names_its_formats() -> None:
    for adapter in adapters():
        folder = ROOT / "channels" / "adapters" / adapter.formats[0].resource.partition(".")[0]
        text = text_of(folder / "README.md")
        assert [form.resource for form in adapter.formats if f"`{form.resource}`" not in text] == []


def length(time: timedelta | None) -> str:
    if not time:
        return "–"
    seconds = time.total_seconds()
    return next(f"{seconds / each:g} {unit}" for unit, each in UNITS if seconds % each == 0)


UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))


def pulled() -> Iterator[list[str]]:
    for one in (one for adapter in adapters() if adapter.source for one in adapter.source.resources):
        routes = ", ".join(f"{route.name} {length(route.longest)}" for route in one.routes)
        again = ", ".join(map(length, one.again)) or "–"
        yield [
            f"`{one.name}`" + " *" * one.optional, length(one.every), routes, length(one.overlap), length(one.lag), again,
            length(one.depth), length(one.keeps),
        ]  # fmt: skip


def quotas() -> Iterator[list[str]]:
    for adapter in adapters():
        for name, rate in adapter.source.rates.items() if adapter.source else ():
            whose = "application" if rate.shared else "seller"
            yield [f"`{adapter.code}` `{name}`", f"{rate.per_second:.4g}", f"{rate.burst:,.0f}", whose]


def test_the_page_on_pulling_says_resources_and_quotas_as_they_are() -> None:
    rows = cells(PULLING)
    assert [row for row in rows if len(row) == 8][2:] == list(pulled())
    assert [row for row in rows if len(row) == 4][2:] == list(quotas())


@each_readme
def test_the_readme_names_every_credential(readme: Path) -> None:
    text = text_of(readme)
    names = {(adapter.code, one.name) for adapter in adapters() if adapter.source for one in adapter.source.credentials}
    assert {name for name in names if f"`{name[1]}`" not in text} == set()
