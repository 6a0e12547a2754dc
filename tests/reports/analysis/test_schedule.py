from datetime import date, datetime, timedelta

import pytest

from reports.analysis.schedule import Block, draw, fault, not_drawn, paired


def test_a_drawn_schedule_is_whole_and_the_same_for_the_same_seed() -> None:
    blocks = draw(date(2026, 1, 5), 13, 7, seed=3)
    assert blocks == draw(date(2026, 1, 5), 13, 7, seed=3) != draw(date(2026, 1, 5), 13, 7, seed=4)
    assert fault(blocks) is None
    pairs, left_out = paired(blocks, (one.name for one in blocks))
    assert (len(pairs), left_out) == (13, [])
    assert not not_drawn(pairs)
    assert [one.starts for one in blocks[1:]] == [one.ends for one in blocks[:-1]]
    assert blocks[-1].ends - blocks[0].starts == timedelta(days=182)


def test_lots_put_on_first_in_half_of_the_pairs() -> None:
    first = [one.on for seed in range(40) for one in draw(date(2026, 1, 5), 10, 7, seed)[::2]]
    assert 150 < sum(first) < 250


@pytest.mark.parametrize(("pairs", "days"), [(0, 7), (3, 0)])
def test_a_schedule_of_nothing_is_none(pairs: int, days: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        draw(date(2026, 1, 5), pairs, days, seed=0)


def test_a_pair_of_one_block_is_left_out() -> None:
    day = datetime(2026, 1, 5)
    alone = Block("1", day, day + timedelta(days=7), "1", on=True)
    assert fault([alone]) is None
    assert paired([alone], ["1"]) == ([], ["1"])


@pytest.mark.parametrize("pairs", [1, 5, 10, 11])
def test_a_pattern_is_told_where_lots_would_hardly_bring_it(pairs: int) -> None:
    drawn, _ = paired(draw(date(2026, 1, 5), pairs, 7, seed=0), map(str, range(1, 2 * pairs + 1)))
    same = [pair for pair in drawn if pair.first.on] or drawn
    assert not_drawn((same * pairs)[:pairs]) == (4 * 0.5**pairs < 0.001)
