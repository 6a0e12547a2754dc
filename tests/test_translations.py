"""Every string of ours is said in Chinese, and the compiled catalogue is the text's.

After a change of the text: ``python tests/test_translations.py`` writes the compiled one; no gettext is needed.
"""

import ast
import re
import struct
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
TEXT = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
COMPILED = TEXT.with_suffix(".mo")
APPS = ("channels", "config", "reconciliation", "reports")
MARKS = {"_", "_n", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "Said"}

Catalogue = dict[str, str]  # what gettext looks up → what it finds; plural forms stand behind NUL


def parse(text: str) -> Catalogue:
    """The entries of a .po file. Raises ValueError for a fuzzy one."""
    found: Catalogue = {}
    for block in re.split(r"\n\s*\n", text):
        if re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE):
            raise ValueError(f"fuzzy: {block}")
        parts: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            word, _space, quoted = line.partition(" ") if line[:1] != '"' else (name, "", line)
            name = word
            parts[name] = parts.get(name, "") + ast.literal_eval(quoted)
        if "msgid" not in parts:
            continue
        forms = [parts[one] for one in sorted(parts) if one.startswith("msgstr")]
        key = "\0".join(parts[one] for one in ("msgid", "msgid_plural") if one in parts)
        if key in found:
            raise ValueError(f"said twice: {key}")
        found[key] = "\0".join(forms)
    return found


def compile_catalogue(catalogue: Catalogue) -> bytes:
    """The .mo file of a catalogue (GNU gettext manual, "The Format of GNU MO Files")."""
    entries = [(key.encode(), value.encode()) for key, value in catalogue.items()]
    entries.sort()
    start = 28 + 16 * len(entries)
    tables: list[list[int]] = [[], []]
    body = b""
    for side in (0, 1):
        for entry in entries:
            tables[side] += [len(entry[side]), start + len(body)]
            body += entry[side] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(entries), 28, 28 + 8 * len(entries), 0, 28 + 16 * len(entries))
    return head + struct.pack(f"<{4 * len(entries)}I", *tables[0], *tables[1]) + body


def _python_strings(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS and node.args:
            words = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if words:
                yield "\0".join(words[:2])


_LITERAL = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(?:n?gettext|_)\({_LITERAL}(?:, {_LITERAL}, count)?\)")


def _template_strings(source: str) -> Iterator[str]:
    for call in _CALL.finditer(templatize(source)):
        yield "\0".join(ast.literal_eval(one) for one in call.groups() if one)


def strings() -> set[str]:
    """Everything that our code and templates mark for translation."""
    found: set[str] = set()
    for app in APPS:
        for file in (ROOT / app).rglob("*.py"):
            if "migrations" not in file.parts:
                found.update(_python_strings(file.read_text()))
        for file in (ROOT / app).rglob("*.html"):
            found.update(_template_strings(file.read_text()))
    return found


def test_every_string_is_translated() -> None:
    catalogue = parse(TEXT.read_text())
    assert sorted(one for one in strings() if one and one not in catalogue) == []


def test_no_translation_is_empty() -> None:
    assert [key for key, value in parse(TEXT.read_text()).items() if not all(value.split("\0"))] == []


def test_placeholders_are_the_same() -> None:
    names = re.compile(r"%\(\w+\)s|\{\w+[^{}]*\}")
    for key, value in parse(TEXT.read_text()).items():
        if key:
            wanted = set(names.findall(key))
            assert [set(names.findall(form)) for form in value.split("\0")] == [wanted] * (value.count("\0") + 1), key


def test_the_compiled_catalogue_is_the_texts() -> None:
    assert COMPILED.read_bytes() == compile_catalogue(parse(TEXT.read_text()))


if __name__ == "__main__":
    COMPILED.write_bytes(compile_catalogue(parse(TEXT.read_text())))
