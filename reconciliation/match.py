"""Match: which buyers are one person. Tokens, accounts, exact links, weighed links, people.

What is new since the last run is matched against all that is here; a full run builds every link anew from the tokens,
and says how far the two had drifted apart. Decisions of people are read, never written.
"""

import time
from collections.abc import Callable, Collection
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa
from django.db import DatabaseError, connection
from pyarrow import compute

from channels.core.errors import Refused
from channels.models import Company
from reconciliation import accounts, exact, gather, links, people, resident
from reconciliation.identity.calibration import of_json
from reconciliation.identity.clusters import cluster
from reconciliation.identity.competition import account_pairs
from reconciliation.identity.decisions import Standing, standing
from reconciliation.identity.linking.backends import Unavailable
from reconciliation.identity.linking.engine import find_pairs, find_pairs_between
from reconciliation.identity.probability import probable
from reconciliation.link_models import in_use, model_of, trained
from reconciliation.locks import matching_lock
from reconciliation.models import Account, LinkModel, Matched, MatchRun
from reconciliation.records import records
from reconciliation.reviewing import rank

Progress = Callable[[str, int, int], None]
FLOOR = 0.01  # pairs below count nowhere
STOPPED = "stopped before its end"
MANY = 100  # accounts that wait; more of them than are matched already are a rebuild


def match(
    company: Company, *, full: bool = False, only_exact: bool = False, engine: str = "duckdb",
    progress: Progress | None = None, today: date | None = None,
) -> MatchRun | None:  # fmt: skip
    """Bring links and people up to date; None where another process is matching the company already.

    Without ``full`` only what is new is compared, with everything that is here; ``only_exact`` leaves the weighing of
    it to a later run. Safe to repeat.
    """
    with matching_lock(company) as got:
        if not got:
            return None
        now = datetime.now(UTC)
        # Whoever began one and did not end it holds the lock no longer, so he was stopped.
        MatchRun.objects.filter(company=company, finished_at=None).update(finished_at=now, error=STOPPED)
        run = MatchRun.objects.create(company=company, full=full, exact=only_exact, engine=engine, started_at=now)
        try:
            _Matching(company, run, engine, progress, today or now.date()).work()
        except Exception as error:
            # Other texts may quote what was looked at.
            run.error = str(error) if isinstance(error, Refused | Unavailable) else type(error).__name__
            raise
        finally:
            run.finished_at = datetime.now(UTC)
            with suppress(DatabaseError) if run.error else nullcontext():  # a failed transaction keeps nothing
                run.save()
        return run


@dataclass
class _Matching:
    company: Company
    run: MatchRun
    engine: str
    progress: Progress | None
    today: date

    def work(self) -> None:
        mark, _ = Matched.objects.get_or_create(company=self.company)
        full = self.run.full = self.run.full or (not self.run.exact and mark.rebuilt_at is None)
        decided = gather.newest_decision(self.company)
        after = mark.load if decided <= gather.gathered_by(self.company) else 0
        found = gather.gather(self.company, after, self.today, self.say)
        self.say("accounts", 0, 0)
        keys = found.accounts if full else found.accounts | accounts.of_orders(self.company, mark.load)
        changed, dropped = accounts.refresh(self.company, None if full else keys)
        self.run.counts |= {
            "pages": found.pages, "signals": found.signals, "unused": found.unused, "unreadable": found.unreadable,
            "accounts": changed, "links_dropped": dropped,
        }  # fmt: skip
        grown = not full and self.mostly_new()
        full = self.run.full = full or grown
        words = links.decisions(self.company)
        said, last = standing(words), max((word.number for word in words), default=0)
        # An undo frees what it took back: every account that was ever spoken of is looked at again.
        spoken_of = links.named_in(words) if last > mark.decision else set()
        if full:
            self.rebuild(said, first=grown or mark.rebuilt_at is None)
        else:
            self.add(keys, said, spoken_of)
        if not self.run.exact:
            self.say("review", 0, 0)
            rank(self.company)
        mark.load, mark.decision = max(mark.load, found.load), last
        mark.rebuilt_at = self.run.started_at if full else mark.rebuilt_at
        mark.save(update_fields=["load", "decision", "rebuilt_at"])
        if after == 0:
            gather.keep_gathered_by(self.company, decided, self.run.started_at)

    def mostly_new(self) -> bool:
        """Whether more accounts wait than are matched: how rare a value is cannot be told from the few."""
        if self.run.exact:
            return False
        every = Account.objects.filter(company=self.company)
        waiting = every.filter(touched_at__isnull=False).count()
        return waiting > MANY and 2 * waiting > every.count()

    def rebuild(self, said: Standing, *, first: bool) -> None:
        """Every link anew, and every person."""
        self.say("records", 0, 0)
        table = records(self.company)
        model = trained(self.company, table)
        self.say("pairs", 0, table.num_rows)
        found = find_pairs(table, model_of(model), engine=self.engine, floor=FLOOR)
        weighed = self.weigh(account_pairs(found, table), model)
        self.say("links", 0, weighed.num_rows)
        links.write(self.company, weighed, model, self.run.started_at)
        resident.replace(self.company, table)
        self.gather_people(said, None, table.num_rows)
        Account.objects.filter(company=self.company, touched_at__isnull=False).update(touched_at=None)
        moved, all_of = self.run.counts["moved"], Account.objects.filter(company=self.company).count()
        self.run.drift = None if first or not all_of else moved / all_of

    def add(self, keys: Collection[int], said: Standing, spoken_of: Collection[int]) -> None:
        """Links and people of the accounts that are new or touched, and of those that people spoke of."""
        near = exact.link_exactly(self.company, keys, self.run.started_at)
        near |= _ids(self.company, {*keys, *spoken_of})
        waiting = Account.objects.filter(company=self.company, touched_at__isnull=False)
        ids = set() if self.run.exact else set(waiting.values_list("pk", flat=True))
        if ids:
            near |= self.compare(ids)
        if near:
            self.gather_people(said, links.component(self.company, near, said.together), len(near))
        if ids:  # only now: a run that is stopped before leaves them waiting
            waiting.update(touched_at=None)

    def compare(self, ids: set[int]) -> set[int]:
        """Weigh the accounts against everybody; ids of those that it concerns."""
        model, table = in_use(self.company), records(self.company, ids)
        self.say("pairs", 0, table.num_rows)
        here = resident.of(self.company, without=ids)
        found = find_pairs_between(table, here, model_of(model), floor=FLOOR)
        fresh = account_pairs(found, pa.concat_tables([table, here])).select(links.PAIRS.names).cast(links.PAIRS)
        fresh = self.living(fresh)
        # Whoever a touched account was linked to has a rival less now, if the link is not found again.
        near = ids | _ends(fresh) | _ends(links.pairs_among(self.company, ids))
        around = links.pairs_among(self.company, near | _ends(links.pairs_among(self.company, near)))
        weighed = self.weigh(pa.concat_tables([fresh, _touching(around, ids, without=True)]), model)
        links.write(self.company, _touching(weighed, near), model, self.run.started_at, near)
        resident.add(self.company, table)
        return near

    def living(self, pairs: pa.Table) -> pa.Table:
        """The pairs without accounts that are gone: what is kept beside the database may know them still."""
        ends = _ends(pairs)
        there = Account.objects.filter(company=self.company, pk__in=ends).values_list("pk", flat=True)
        gone = ends.difference(there)
        return _touching(pairs, gone, without=True) if gone else pairs

    def weigh(self, pairs: pa.Table, model: LinkModel) -> pa.Table:
        """Pairs of accounts with the probability that stands in the end; those that count nowhere left out."""
        self.say("weighing", 0, pairs.num_rows)
        return probable(pairs, of_json(model.calibration), FLOOR)

    def gather_people(self, said: Standing, among: Collection[int] | None, size: int) -> None:
        self.say("people", 0, size)
        members = links.members(self.company, among, {key for pair in said.together for key in pair})
        strong = links.edges(self.company, among)
        found = cluster(members, strong, sorted(said.together), sorted(said.apart))
        whole = Account.objects.filter(company=self.company)
        some = whole if among is None else whole.filter(pk__in=among)
        oldest = {key: found.person.get(key, key) for key in some.values_list("key", flat=True)}
        given = people.assign(self.company, oldest, self.run.started_at)
        states = links.settle_states(self.company, found.refused, said, self.run.started_at, among)
        self.run.counts |= {
            "customers": len(set(oldest.values())), "new": given.new, "moved": given.moved,
            "refused": len(found.refused), "links": dict(states),
        }  # fmt: skip

    def say(self, step: str, done: int, total: int) -> None:
        """Where the run stands, for the page and the terminal; in the database once a second at most."""
        now = time.monotonic()
        if step != self.run.step or now - self.said > 1:
            self.said = now
            self.run.step, self.run.done, self.run.total = step, done, total
            self.run.save(update_fields=["step", "done", "total"])
        if self.progress:
            self.progress(step, done, total)

    said: float = 0.0


def _ids(company: Company, keys: Collection[int]) -> set[int]:
    with connection.cursor() as cursor:  # as one array: there may be a million
        table = Account._meta.db_table
        cursor.execute(f"SELECT id FROM {table} WHERE company_id = %s AND key = ANY(%s)", [company.pk, list(keys)])
        return {row[0] for row in cursor.fetchall()}


def _ends(pairs: pa.Table) -> set[int]:
    return {*pairs["left"].to_pylist(), *pairs["right"].to_pylist()}


def _touching(pairs: pa.Table, ids: Collection[int], *, without: bool = False) -> pa.Table:
    """The pairs with a side among the accounts, or those without."""
    some = pa.array(ids, pa.int64())
    found = compute.or_(compute.is_in(pairs["left"], some), compute.is_in(pairs["right"], some))
    return pairs.filter(compute.invert(found) if without else found)
