"""What the plain code says in English is said to people in their language."""

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

import channels
from channels.adapters.shopee import errors as shopee
from channels.adapters.shopify import replies as shopify
from channels.refusals import in_words

ROOT = Path(channels.__file__).parent
SEEN_ELSEWHERE = ("management", "tests", "ecb")  # a terminal, and files that only the program fetches


def refusals() -> list[str]:
    """The literal text of every ``Refused`` that an upload or a pull can raise, with 7 for each value in it."""
    found = []
    for file in ROOT.rglob("*.py"):
        if set(file.relative_to(ROOT).parts) & set(SEEN_ELSEWHERE):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused" and node.args:
                said = node.args[0]
                if isinstance(said, ast.Constant):
                    found.append(str(said.value))
                elif isinstance(said, ast.JoinedStr):
                    found.append(
                        "".join(str(one.value) if isinstance(one, ast.Constant) else "7" for one in said.values)
                    )
    return found


def test_every_refusal_has_words() -> None:
    known = refusals()
    assert len(known) > 40
    with override("zh-hans"):
        assert [one for one in known if in_words(one).isascii()] == []


def test_what_a_person_can_do_about_a_vendors_error_has_words() -> None:
    said = [*shopee._ADVICE.values(), *shopify._STOPS.values()]
    with override("zh-hans"):
        assert [one for one in said if in_words(one).isascii()] == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("the file is empty", "文件为空。"),
        ("lead: it does not say when it was created", "线索没有写明创建时间。"),
        ("traffic row: not a number: 'x'", "'x' 不是数字。"),
        (
            "line 7: the settlement's total or dates cannot be read: not a number: 'x'",
            "第 7 行：结算单的总额或日期无法读取：'x' 不是数字。",
        ),
        (
            "'1,5' is no amount of money; amount '1,5', date '', quantity '1': the file may be cut off, download it again",
            "'1,5' 不是金额。文件可能不完整，请重新下载。（amount '1,5', date '', quantity '1'）",
        ),
        (
            "Statement 9 is here already, from a.txt, with total 85.00 USD. This file says 88.00; 2 lines differ. line 4: -5 → -2; line 5: 1 → –",
            "结算单 9 已入库（来自 a.txt），总额 85.00 USD；本文件为 88.00，有 2 行不同。第 4 行：-5 → -2; 第 5 行：1 → –",
        ),
        (
            "line 3: order 114-1: the row is cut off; download the file again",
            "第 3 行：订单 114-1：该行不完整，未计入，请重新下载文件。",
        ),
        ("stated 10.00, lines 9.00", "账单总额 10.00，明细合计 9.00。"),
        ("Amount '=1+1' is a formula: write the value itself", "Amount '=1+1' 是公式：请直接填写数值。"),
        (
            "Shopee answers order/get_order_list with error_auth: Orders; Invalid; authorise the shop for this app again, and enter its new tokens at the store",
            "Shopee 对 order/get_order_list 返回错误 error_auth: Orders; Invalid。请重新授权该店铺使用此应用，并在店铺中填写新的令牌。",
        ),
        (
            "Shopee refuses shopee.orders: error_x: the file is empty",
            "Shopee 拒绝了对 shopee.orders 的请求：error_x: the file is empty",
        ),
        ("the shop is frozen, since its bill is not paid (status 402)", "该店铺因未支付账单已被冻结（状态码 402）。"),
        (
            "searchOrders: Unauthorized: denied Check the application's roles and the seller's authorisation.",
            "searchOrders: Unauthorized: denied 请检查应用的角色权限和卖家授权。",
        ),
        ("something new", "something new"),
    ],
)
def test_what_is_quoted_is_said_in_words_too(english: str, chinese: str) -> None:
    with override("zh-hans"):
        assert in_words(english) == chinese
