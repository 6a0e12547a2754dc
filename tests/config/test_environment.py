import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from config import environment


def test_value_is_read_from_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A", " text ")
    monkeypatch.setenv("B", "Yes")
    monkeypatch.setenv("N", "7")
    monkeypatch.setenv("L", "a, b c")
    read = (environment.env_text("A"), environment.env_bool("B", False), environment.env_int("N", 1))
    assert (*read, environment.env_list("L")) == ("text", True, 7, ["a", "b", "c"])


def test_value_is_the_default_when_empty_or_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("B", "")
    monkeypatch.delenv("N", raising=False)
    assert (environment.env_bool("B", True), environment.env_int("N", 3)) == (True, 3)


@pytest.mark.parametrize(
    ("read", "value", "advice"),
    [
        (lambda: environment.env_bool("NAME", False), "maybe", "write true or false"),
        (lambda: environment.env_int("NAME", 1), "many", "write a whole number"),
        (lambda: environment.env_int("NAME", 1, most=64), "65", "write a number from 1 to 64"),
        (lambda: environment.env_path("NAME", Path("/")), "var", "write an absolute path"),
        (lambda: environment.env_fernet_keys("NAME", Path("/nowhere")), "secret", "entry 1 is not a Fernet key"),
    ],
)
def test_nonsense_names_the_variable_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], object], value: str, advice: str
) -> None:
    monkeypatch.setenv("NAME", value)
    with pytest.raises(ImproperlyConfigured, match=f"NAME.*{advice}"):
        read()


def test_bad_key_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "almost-a-key")
    with pytest.raises(ImproperlyConfigured) as caught:
        environment.env_fernet_keys("NAME", Path("/nowhere"))
    assert "almost-a-key" not in str(caught.value)


def test_secret_is_read_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from file\n")
    monkeypatch.setenv("NAME_FILE", str(tmp_path / "secret"))
    assert environment.env_text("NAME") == "from file"
    monkeypatch.setenv("NAME", "from variable")
    with pytest.raises(ImproperlyConfigured, match="NAME and NAME_FILE are both set"):
        environment.env_text("NAME")


@pytest.mark.parametrize("content", [None, ""])
def test_missing_or_empty_secret_file_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "secret").write_text(content)
    monkeypatch.setenv("NAME_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured, match="NAME_FILE"):
        environment.env_text("NAME")


def test_secret_nobody_gave_is_made_once_and_private(tmp_path: Path) -> None:
    kept = tmp_path / "keys" / "secret"
    made = iter(["first", "second"])
    secrets = [environment.env_secret("PLUMBLINE_NO_SUCH", kept, lambda: next(made)) for _ in range(2)]
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (kept, kept.parent)]
    assert (secrets, modes, list(kept.parent.iterdir())) == (["first", "first"], [0o600, 0o700], [kept])


def test_kept_secret_that_is_empty_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    with pytest.raises(ImproperlyConfigured, match="set PLUMBLINE_NO_SUCH"):
        environment.env_secret("PLUMBLINE_NO_SUCH", tmp_path / "secret", str)


def test_several_keys_are_taken_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [Fernet.generate_key().decode() for _ in range(2)]
    monkeypatch.setenv("NAME", ",".join(keys))
    assert environment.env_fernet_keys("NAME", Path("/nowhere")) == keys
