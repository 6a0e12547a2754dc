import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from config.database import embedded_database
from config.postgresql.base import DatabaseWrapper
from config.postgresql.errors import NotStarted
from config.postgresql.place import Place, embedded_place
from config.postgresql.server import ensure_running, stop

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
START = "import sys; from pathlib import Path; from config.postgresql.place import embedded_place as place; "
START += "from config.postgresql.server import ensure_running; ensure_running(place(Path(sys.argv[1])))"


@contextmanager
def directory_for_all() -> Iterator[Path]:
    """A directory every user may pass, which pytest's own are not."""
    directory = Path(tempfile.mkdtemp(prefix="plumbline test ", dir="/tmp"))
    directory.chmod(0o755)
    try:
        yield directory
    finally:
        stop(embedded_place(directory))
        shutil.rmtree(directory)


@pytest.fixture
def var() -> Iterator[Path]:
    with directory_for_all() as directory:
        yield directory


@pytest.fixture
def fresh(var: Path) -> Place:
    """Nothing is there yet."""
    return embedded_place(var)


@pytest.fixture(scope="module")
def created() -> Iterator[Place]:
    with directory_for_all() as directory:
        place = embedded_place(directory)
        ensure_running(place)
        yield place


@pytest.fixture
def place(created: Place) -> Iterator[Place]:
    """The data is there and no server runs."""
    stop(created)
    created.log.write_text("")
    (created.data / "postgresql.auto.conf").write_text("")
    yield created
    stop(created)


def connect(place: Place) -> psycopg.Connection:
    return psycopg.connect(
        host=str(place.socket), dbname=place.database, user=place.role, requirepeer=place.user, autocommit=True
    )


def ask(place: Place, question: str) -> object:
    with closing(connect(place)) as connection:
        answer = connection.execute(question.encode())
        return answer.fetchall()[0][0] if answer.description else None


def postmaster(place: Place) -> int:
    return int((place.data / "postmaster.pid").read_text().split()[0])


def become(name: str, do: Callable[[], object]) -> str:
    """What `do` returned or raised, done by another user in a fork."""
    user = pwd.getpwnam(name)
    reading, writing = os.pipe()
    if not (child := os.fork()):
        try:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
            said = str(do())
        except BaseException as error:  # noqa: BLE001 - it must not come back into pytest
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        return pipe.read()


def test_server_takes_connections_on_its_socket_alone(place: Place) -> None:
    ensure_running(place)
    assert (ask(place, "SHOW listen_addresses"), ask(place, "SHOW server_encoding")) == ("", "UTF8")
    assert ask(place, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method = 'peer'") == 1
    assert ask(place, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'peer'") == 0


def test_everything_is_private_to_the_server(place: Place) -> None:
    ensure_running(place)
    owner = pwd.getpwnam(place.user).pw_uid
    seen = [(path.stat().st_uid, path.stat().st_mode & 0o077) for path in (place.home, place.data, place.socket)]
    assert seen == [(owner, 0)] * 3


def test_server_outlives_its_starter(place: Place) -> None:
    subprocess.run([sys.executable, "-c", START, place.home.parent], cwd=settings.BASE_DIR, check=True)
    assert ask(place, "SELECT 1") == 1


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")
def test_server_gets_nothing_of_our_environment(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hidden")
    ensure_running(place)
    words = Path(f"/proc/{postmaster(place)}/environ").read_bytes().split(b"\0")
    assert not [word for word in words if word.startswith((b"SECRET_KEY", b"PYTEST", b"HOME"))]


def test_many_starters_at_once_share_one_server(fresh: Place) -> None:
    command = [sys.executable, "-c", START, str(fresh.home.parent)]
    started = [subprocess.Popen(command, cwd=settings.BASE_DIR) for _ in range(4)]
    assert [process.wait(60) for process in started] == [0] * 4
    assert fresh.log.read_text().count("ready to accept connections") == 1


def test_threads_at_once_share_one_server(place: Place) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ensure_running, [place] * 4))
    assert place.log.read_text().count("ready to accept connections") == 1


def test_killed_server_comes_back_with_its_data(place: Place) -> None:
    ensure_running(place)
    ask(place, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(postmaster(place), signal.SIGKILL)
    ensure_running(place)
    assert ask(place, "SELECT answer FROM kept") == 42


def test_server_is_not_started_twice_while_a_killed_one_still_works(place: Place) -> None:
    ensure_running(place)
    with closing(connect(place)) as connection:
        os.kill(connection.info.backend_pid, signal.SIGSTOP)
        os.kill(postmaster(place), signal.SIGKILL)
        with ThreadPoolExecutor(1) as pool:
            starting = pool.submit(ensure_running, place)
            time.sleep(1)
            waited = not starting.done()
            os.kill(connection.info.backend_pid, signal.SIGCONT)
            starting.result(30)
    assert (waited, ask(place, "SELECT 1")) == (True, 1)


def test_process_id_that_is_another_process_now_is_no_hindrance(place: Place) -> None:
    ensure_running(place)
    left = [place.data / "postmaster.pid", place.socket / ".s.PGSQL.5432.lock"]
    lines = [path.read_text().split("\n", 1)[1] for path in left]
    stop(place)
    as_server = {"user": place.user} if os.geteuid() == 0 else {}
    other = subprocess.Popen(["sleep", "60"], **as_server)  # type: ignore[call-overload]
    for path, rest in zip(left, lines, strict=True):
        path.write_text(f"{other.pid}\n{rest}")
    ensure_running(place)
    other.kill()
    assert (other.wait(), ask(place, "SELECT 1")) == (-signal.SIGKILL, 1)


def test_interrupted_creation_is_done_again(place: Place) -> None:
    place.data.rename(place.home / "data.new")
    (place.home / "data.new" / "PG_VERSION").unlink()
    ensure_running(place)
    assert ask(place, "SELECT 1") == 1


def test_stop_ends_the_server_once(place: Place) -> None:
    ensure_running(place)
    assert (stop(place), stop(place)) == (True, False)
    with pytest.raises(psycopg.OperationalError):
        ask(place, "SELECT 1")


def test_stop_does_not_wait_for_open_connections(place: Place) -> None:
    ensure_running(place)
    with closing(connect(place)) as connection:
        connection.execute("BEGIN")
        assert stop(place, wait=10)


@pytest.mark.parametrize("seconds", [2, pytest.param(13, marks=pytest.mark.slow)])
def test_recovery_is_waited_for_however_long(place: Place, seconds: int, capfd: pytest.CaptureFixture[str]) -> None:
    once = f"test -e asked || {{ touch asked; sleep {seconds}; }}; false"
    with (place.data / "postgresql.auto.conf").open("a") as conf:
        conf.write(f"hot_standby = off\nrestore_command = '{once}'\n")
    (place.data / "recovery.signal").touch()
    begun = time.monotonic()
    ensure_running(place)
    assert time.monotonic() - begun >= seconds
    assert ask(place, "SELECT pg_is_in_recovery()") is False
    (place.data / "asked").unlink()
    assert ("PostgreSQL is recovering" in capfd.readouterr().err) == (seconds > 5)


def test_server_that_cannot_start_says_why(place: Place) -> None:
    with (place.data / "postgresql.auto.conf").open("a") as conf:
        conf.write("shared_buffers = plenty\n")
    with pytest.raises(NotStarted, match=r"did not start(.|\n)*invalid value for parameter \"shared_buffers\""):
        ensure_running(place)


def test_long_path_gets_a_private_socket_elsewhere(var: Path) -> None:
    place = embedded_place(var / ("long" * 40))
    try:
        ensure_running(place)
        assert (place.socket.parent, place.socket.stat().st_mode & 0o077) == (Path("/tmp"), 0)
        assert ask(place, "SELECT 1") == 1
    finally:
        stop(place)
        shutil.rmtree(place.socket)


@pytest.mark.parametrize("squat", [lambda path: path.mkdir(mode=0o755), lambda path: path.symlink_to("/tmp")])
def test_socket_directory_that_is_not_private_is_refused(var: Path, squat: Callable[[Path], None]) -> None:
    place = embedded_place(var / ("long" * 40))
    squat(place.socket)
    try:
        with pytest.raises(NotStarted, match="remove it"):
            ensure_running(place)
    finally:
        place.socket.unlink() if place.socket.is_symlink() else place.socket.rmdir()


@AS_ROOT
def test_another_user_does_not_get_in(place: Place) -> None:
    ensure_running(place)
    assert "Permission denied" in become("nobody", lambda: ask(place, "SELECT 1"))
    place.home.chmod(0o755)
    place.socket.chmod(0o755)
    (place.socket / ".s.PGSQL.5432").chmod(0o777)
    said = become("nobody", lambda: ask(place, "SELECT 1"))
    place.home.chmod(0o700)
    place.socket.chmod(0o700)
    assert "Peer authentication failed" in said


@AS_ROOT
def test_user_starts_a_server_that_root_joins(var: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(var, nobody.pw_uid, nobody.pw_gid)
    if "denied" in become("nobody", lambda: list(Path(sys.prefix).iterdir())):
        pytest.skip("this checkout lies in a directory closed to other users")
    assert become("nobody", lambda: ensure_running(embedded_place(var))) == "None"
    place = embedded_place(var)
    ensure_running(place)
    assert (place.user, ask(place, "SELECT 1")) == ("nobody", 1)
    assert place.log.read_text().count("ready to accept connections") == 1


def test_first_connection_starts_the_server(place: Place) -> None:
    described = embedded_database(place.home.parent) | {"TIME_ZONE": None, "AUTOCOMMIT": True, "TEST": {}}
    wrapper = DatabaseWrapper(described)
    with pytest.raises(psycopg.OperationalError):
        ask(place, "SELECT 1")
    with closing(wrapper.get_new_connection(wrapper.get_connection_params())) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_commands_without_a_database_start_none(var: Path) -> None:
    command = [sys.executable, "manage.py", "check"]
    environment = {**os.environ, "PLUMBLINE_VAR": str(var), "DATABASE_URL": ""}
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True)
    assert (var / "keys").exists()
    assert not (var / "postgres").exists()
