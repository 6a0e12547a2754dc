import os
import pwd
from pathlib import Path

import pytest

from config.postgresql.place import DEDICATED_USER, LONGEST_SOCKET, Place, embedded_place

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has somebody else run the server")
ME = pwd.getpwuid(os.geteuid()).pw_name


@pytest.mark.skipif(os.geteuid() == 0, reason="root runs the server as somebody else")
def test_server_of_a_user_is_in_var(tmp_path: Path) -> None:
    place = embedded_place(tmp_path)
    assert (place.home, place.user) == (tmp_path / "postgres", ME)


@AS_ROOT
def test_server_of_root_runs_as_the_owner_of_var(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(tmp_path, nobody.pw_uid, nobody.pw_gid)
    assert embedded_place(tmp_path).user == "nobody"


@AS_ROOT
def test_server_of_root_is_outside_a_closed_directory(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    place = embedded_place(tmp_path / "var", outside=tmp_path / "lib")
    assert (place.home.parent, place.user) == (tmp_path / "lib", DEDICATED_USER)


@AS_ROOT
def test_data_that_is_there_stays_where_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "postgres").mkdir()
    assert embedded_place(tmp_path, outside=tmp_path / "lib").home == tmp_path / "postgres"


@pytest.mark.parametrize("name", ["x" * LONGEST_SOCKET, "准" * 40, "a,b"])
def test_path_no_socket_fits_in_gets_a_short_one(tmp_path: Path, name: str) -> None:
    (tmp_path / name / "postgres").mkdir(parents=True)
    place = embedded_place(tmp_path / name)
    assert (place.socket.parent, place.home) == (Path("/tmp"), tmp_path / name / "postgres")
    assert place.socket != embedded_place(tmp_path / name / "other").socket


def test_looking_changes_nothing(tmp_path: Path) -> None:
    assert isinstance(embedded_place(tmp_path / "var"), Place)
    assert list(tmp_path.iterdir()) == []
