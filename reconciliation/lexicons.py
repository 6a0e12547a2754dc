"""Versions of a company's lexicon: what is in use, a new one, what differs, and the terms that its searches propose."""

from collections.abc import Iterable, Iterator

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from channels.load import company_lock
from channels.models import AdSpend, Company, SearchStat, Store
from reconciliation.exposure import lexicon as plain
from reconciliation.exposure.propose import Proposal, propose
from reconciliation.models import Lexicon, LexiconTerm, TermProposal
from reconciliation.posting import fetched

BATCH = 10_000


def current(company: Company) -> Lexicon | None:
    """The newest version."""
    return Lexicon.objects.filter(company=company).order_by("-number").first()


def terms_of(lexicon: Lexicon) -> tuple[plain.Term, ...]:
    return tuple(
        plain.Term(one.text, one.kind, one.language, one.distinctive)  # type: ignore[arg-type]
        for one in lexicon.terms.order_by("kind", "text", "pk")
    )


def read(lexicon: Lexicon) -> plain.Lexicon:
    """Raises ValueError where its terms are refused."""
    return plain.Lexicon(lexicon.number, terms_of(lexicon))


def make_version(company: Company, terms: Iterable[plain.Term], by: User | None = None, note: str = "") -> Lexicon:
    """A new version with exactly these terms; earlier ones stay as they are. Raises ValueError for refused terms."""
    listed = tuple(dict.fromkeys(terms))
    with company_lock(company.pk):
        last = Lexicon.objects.filter(company=company).aggregate(Max("number"))["number__max"] or 0
        plain.Lexicon(last + 1, listed)
        lexicon = Lexicon.objects.create(
            company=company, number=last + 1, made_at=timezone.now(), made_by=by, note=note[:300]
        )
        LexiconTerm.objects.bulk_create(
            LexiconTerm(
                lexicon=lexicon, text=one.text, kind=one.kind, language=one.language, distinctive=one.distinctive
            )
            for one in listed
        )
    return lexicon


def change_terms(company: Company, changes: plain.Changes, by: User | None = None, note: str = "") -> Lexicon:
    """The next version: the newest one's terms with the changes. Raises ValueError for refused terms."""
    with company_lock(company.pk):
        was = current(company)
        after = plain.revise(read(was) if was else plain.Lexicon(0), changes)
        return make_version(company, after.terms, by, note)


def difference(lexicon: Lexicon) -> tuple[list[plain.Term], list[plain.Term]]:
    """What the version adds to the one before, and what it takes away."""
    before = Lexicon.objects.filter(company=lexicon.company_id, number__lt=lexicon.number).order_by("-number").first()
    was, now = terms_of(before) if before else (), terms_of(lexicon)
    return [one for one in now if one not in was], [one for one in was if one not in now]


def propose_terms(company: Company) -> list[TermProposal]:
    """Words of the company's own search terms that seem to name it; those decided before are not proposed again.

    Without a lexicon yet, the company's name is proposed, and what lies near it.
    """
    lexicon, decided = current(company), TermProposal.objects.filter(company=company).exclude(state="proposed")
    known = read(lexicon) if lexicon else _by_name(company)
    found = propose(_queries(company), known, set(decided.values_list("text", flat=True)))
    if lexicon is None:
        found = [*(Proposal(one.text, one.kind, 0, "", 0, "name") for one in known.terms), *found]
    now = timezone.now()
    with transaction.atomic():
        TermProposal.objects.filter(company=company, state="proposed").delete()
        TermProposal.objects.bulk_create(
            [
                TermProposal(
                    company=company, text=one.text, kind=one.kind, language=one.language, count=one.count,
                    nearest=one.nearest[:200], distance=one.distance, reason=one.reason[:40],
                    examples=[query[:200] for query in one.examples], proposed_at=now,
                )
                for one in found if len(one.text) <= 200
            ],
            ignore_conflicts=True,
        )  # fmt: skip
    return list(TermProposal.objects.filter(company=company, state="proposed"))


def _by_name(company: Company) -> plain.Lexicon:
    term = plain.Term(company.name, "brand")
    return plain.Lexicon(0, () if plain.refusal(term) else (term,))


def _queries(company: Company) -> Iterator[tuple[str, int]]:
    """Every query with how often it was searched, or shown where the report does not say."""
    stores = list(Store.objects.filter(company=company).values_list("pk", flat=True))
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT query, sum(count)::bigint FROM ("
            "SELECT query, max(coalesce(volume, impressions, 0)) AS count "
            f"FROM {SearchStat._meta.db_table} WHERE store_id = ANY(%(stores)s) AND query <> '' "
            "GROUP BY query, store_id, resource, starts_on, ends_on "
            f"UNION ALL SELECT search_term, impressions FROM {AdSpend._meta.db_table} "
            "WHERE store_id = ANY(%(stores)s) AND search_term <> '') q GROUP BY 1",
            {"stores": stores},
        )
        for batch in fetched(cursor, BATCH):
            yield from batch


def decide(proposals: Iterable[TermProposal], by: User | None, *, confirmed: bool) -> Lexicon | None:
    """Take a person's word. Confirmed terms make the next version together; raises ValueError where one is refused."""
    open_ones = [one for one in proposals if one.state == TermProposal.State.PROPOSED]
    state = TermProposal.State.CONFIRMED if confirmed else TermProposal.State.REJECTED
    lexicon: Lexicon | None = None
    with transaction.atomic():
        for company in {one.company_id: one.company for one in open_ones}.values() if confirmed else ():
            terms = [
                plain.Term(one.text, one.kind, one.language)  # type: ignore[arg-type]
                for one in open_ones if one.company_id == company.pk
            ]  # fmt: skip
            lexicon = change_terms(company, plain.Changes(add=tuple(terms)), by)
        TermProposal.objects.filter(pk__in=[one.pk for one in open_ones]).update(
            state=state, decided_by=by, decided_at=timezone.now()
        )
    return lexicon
