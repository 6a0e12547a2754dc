from reports.analysis.kpi.rules import RULES


def test_there_are_21_rules_each_with_its_own_words() -> None:
    assert list(RULES) == [f"K{n}" for n in range(1, 22)]
    assert len({str(rule.why) for rule in RULES.values()}) == 21
    assert len({str(rule.instead) for rule in RULES.values()}) == 21
