"""Why a window is not complete, in the language of the person."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import translation

from channels import reasons
from channels.core.clock import SharedClock
from channels.models import Store
from tests.channels.depot import installed, make_depot
from tests.channels.looking import NOW, window_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[SharedClock]:
    shared = SharedClock(tmp_path / "clock")
    shared.set(NOW)
    with override_settings(CLOCK=shared.path):
        yield shared


@pytest.fixture
def depot(tmp_path: Path, clock: SharedClock) -> Iterator[Any]:
    with installed(tmp_path) as module:
        yield module


@pytest.fixture
def store(depot: Any) -> Store:
    return make_depot(timezone="Asia/Singapore")


@pytest.mark.parametrize(
    ("reason", "english", "chinese"),
    [
        ("waits for the channel's quota: 1,200 s", "Waits for the channel's quota: 1,200 s.",
         "正在等待平台的调用额度：1,200 秒。"),
        ("the channel answers in another shape: the chain of answers ended before its last one",
         "The channel answers in another shape than is known: The answers ended before the last one.",
         "平台的响应格式与已知的不同：响应在最后一个之前就中断了。"),
        ("2 records could not be read; see its pages", "2 records could not be read; see its pages.",
         "有 2 条记录无法读取；请查看其文件。"),
        ("Depot lacks credentials: API key; set them in the admin under Stores", "Depot lacks credentials: API key.",
         "Depot 缺少凭证：API key。"),
        ("settlement 7 is in SEK, and no store of this seller keeps that currency; add the store of that marketplace",
         "settlement 7 is in SEK, and no store of this seller keeps that currency: add the store of that marketplace.",
         "settlement 7 的币种是 SEK，而该卖家没有使用此币种的店铺：请添加对应站点的店铺。"),
        ("an answer cannot be read, and is kept sealed: the file is empty",
         "An answer cannot be read, and is kept sealed: The file is empty.",
         "有一个响应无法读取，已加密封存：文件为空。"),
        ("p.json cannot be taken: the file is empty", "p.json cannot be taken: The file is empty.",
         "p.json 无法接收：文件为空。"),
        ("the vendor's own words", "the vendor's own words", "the vendor's own words"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_reasons_are_said_in_the_persons_language(reason: str, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert reasons.in_words(reason) == english
    with translation.override("zh-hans"):
        assert reasons.in_words(reason) == chinese


def test_what_is_lost_is_said(store: Store) -> None:
    window = window_of(store, -20, state="red", reason="down")
    with translation.override("en"):
        assert reasons.explained(window) == "down · The channel no longer gives it out since 2026-11-10."
    assert reasons.explained(window_of(store, 1, state="green", reason="down")) == ""
