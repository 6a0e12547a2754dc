"""The first page of the admin: which channel earns, and what waits for a person."""

from typing import Any

from django.db.models import Max
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from channels.clocks import clock
from channels.models import RawPage, Store, SyncWindow
from channels.standing import RED, lost_soon
from reconciliation.admin.discrepancies import with_status
from reconciliation.models import Discrepancy, Posted
from reconciliation.queries import companies_behind
from reports.admin.contribution import months_before
from reports.admin.posting import MAY_POST
from reports.queries import Question, contribution
from reports.statement import COLOURS, MEANS, MEASURES, chart, last_day, rows

MONTHS = 3


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the first page shows, as far as the person may see it."""
    user = request.user
    context["title"] = _("Overview")
    context["has_stores"] = Store.objects.exists()
    if user.has_perm("channels.view_rawpage"):
        context["has_pages"] = RawPage.objects.exists()
        context["tiles"] = _page_tiles()
    if user.has_perm("channels.view_syncwindow"):
        context["tiles"] = [*context.get("tiles", []), *_pull_tiles()]
    if user.has_perm("reconciliation.view_discrepancy"):
        context["tiles"] = [_discrepancy_tile(), *context.get("tiles", [])]
    if user.has_perm("reconciliation.view_ledgerentry"):
        context["behind"] = [company.name for company in companies_behind()]
        context["posted_at"] = Posted.objects.aggregate(last=Max("at"))["last"]
        context["may_post"] = user.has_perm(MAY_POST)
    if user.has_perm("reconciliation.view_ledgerentry") and (last := last_day("posted")):
        question = Question(since=months_before(last, MONTHS - 1))
        lines = contribution(question)
        context |= {
            "statement": rows(question, lines, detail=False), "bars": chart(question, lines),
            "measures": [(MEASURES[one], MEANS[one], COLOURS[one]) for one in MEASURES],
        }  # fmt: skip
    return context


def _page_tiles() -> list[dict[str, Any]]:
    pages = reverse("admin:channels_rawpage_changelist")
    return [
        {"count": RawPage.objects.filter(state=state).count(), "label": label, "url": f"{pages}?state__exact={state}"}
        for state, label in (
            (RawPage.State.PENDING.value, _("pages wait to be loaded")),
            (RawPage.State.WAITING.value, _("pages are in conflict")),
        )
    ]


def _pull_tiles() -> list[dict[str, Any]]:
    """What keeps the pulled data from being complete; nothing where nothing is pulled."""
    if not SyncWindow.objects.exists():
        return []
    found, pulls = reverse("admin:channels_syncwindow_changelist"), reverse("admin:pulls")
    red, now = SyncWindow.objects.filter(RED), clock().now()
    refused = Store.objects.filter(pulls=True).exclude(refused="").exclude(credentials__isnull=True)
    return [
        {"count": refused.count(), "label": _("stores are refused by their channel"), "url": pulls},
        {"count": red.count(), "label": _("periods of pulls are incomplete"), "url": f"{found}?state=red"},
        {"count": lost_soon(SyncWindow.objects.all(), now).count(), "url": f"{found}?state=soon",
         "label": _("periods will be lost within 14 days")},
    ]  # fmt: skip


def _discrepancy_tile() -> dict[str, Any]:
    found = with_status(Discrepancy.objects.all()).filter(resolved=False)
    return {
        "count": found.count(),
        "label": _("open discrepancies"),
        "url": reverse("admin:reconciliation_discrepancy_changelist"),
    }


def stylesheet(request: HttpRequest) -> str:
    return static("channels/admin.css")


def favicon(request: HttpRequest) -> str:
    return static("channels/plumbline.svg")


def _item(title: Any, icon: str, name: str, permission: str) -> dict[str, Any]:
    return {
        "title": title, "icon": icon, "link": reverse_lazy(f"admin:{name}"),
        "permission": lambda request: request.user.has_perm(permission),
    }  # fmt: skip


def _model(title: Any, icon: str, app: str, model: str) -> dict[str, Any]:
    return _item(title, icon, f"{app}_{model}_changelist", f"{app}.view_{model}")


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar, in the order of the work."""
    return [
        {"items": [
            {"title": _("Overview"), "icon": "home", "link": reverse_lazy("admin:index"),
             "active": lambda request: request.path == reverse("admin:index")},
            _item(_("Figures by role"), "speed", "kpis", "reports.view_report"),
        ]},
        {"title": _("Profit"), "items": [
            _item(_("Contribution"), "bar_chart", "contribution", "reconciliation.view_ledgerentry"),
            _item(_("What channels add"), "call_merge", "adds", "reports.view_report"),
            _item(_("Cost methods"), "balance", "costs", "reconciliation.view_ledgerentry"),
        ]},
        {"title": _("Marketing"), "items": [
            _item(_("Attribution"), "alt_route", "attribution", "reports.view_report"),
            _item(_("Customer value"), "loyalty", "customer_value", "reports.view_report"),
            _item(_("Leads to revenue"), "filter_alt", "leads", "reports.view_report"),
            _item(_("Brand and non-brand"), "sell", "brand", "reports.view_report"),
            _item(_("Campaigns and visits"), "ads_click", "campaigns", "reports.view_report"),
            _item(_("Brand search"), "travel_explore", "brand_search", "reconciliation.view_exposure"),
        ]},
        {"title": _("Work"), "items": [
            _model(_("Pages"), "upload_file", "channels", "rawpage"),
            _item(_("Pulls"), "sync", "pulls", "channels.view_syncwindow"),
            _model(_("Discrepancies"), "rule", "reconciliation", "discrepancy"),
            _model(_("Unreadable lines"), "report", "channels", "unreadableline"),
        ]},
        {"title": _("Money"), "items": [
            _model(_("Ledger"), "menu_book", "reconciliation", "ledgerentry"),
            _model(_("Payouts"), "payments", "channels", "payout"),
            _model(_("Orders"), "receipt_long", "channels", "order"),
            _model(_("Ad spend"), "campaign", "channels", "adspend"),
            _model(_("Search statistics"), "search_insights", "channels", "searchstat"),
            _model(_("Visits"), "route", "channels", "visit"),
            _model(_("Repeat purchases"), "repeat", "channels", "repeatpurchase"),
            _model(_("Sent to the bank"), "account_balance", "channels", "disbursement"),
        ]},
        {"title": _("Customers"), "items": [
            _model(_("Links to review"), "join_inner", "reconciliation", "customerlink"),
            _model(_("Customers"), "person_search", "reconciliation", "customer"),
            _item(_("Overlap"), "join", "overlap", "reconciliation.view_overlap"),
            _model(_("Decisions"), "gavel", "reconciliation", "decision"),
            _model(_("Labels"), "quiz", "reconciliation", "pairlabel"),
            _model(_("Linking models"), "tune", "reconciliation", "linkmodel"),
            _model(_("Matchings"), "cycle", "reconciliation", "matchrun"),
            _model(_("Signal decisions"), "policy", "channels", "signaldecision"),
            _model(_("Privacy requests"), "privacy_tip", "reconciliation", "privacyrequest"),
        ]},
        {"title": _("Brand"), "items": [
            _model(_("Lexicons"), "dictionary", "reconciliation", "lexicon"),
            _model(_("Proposed terms"), "lightbulb", "reconciliation", "termproposal"),
            _model(_("Queries by class"), "label", "reconciliation", "queryclass"),
        ]},
        {"title": _("Experiments"), "items": [
            _model(_("Events"), "event", "reports", "event"),
            _model(_("Experiments"), "science", "reports", "experiment"),
            _model(_("Acceptances"), "handshake", "reports", "acceptance"),
        ]},
        {"title": _("Costs and rates"), "items": [
            _model(_("SKU map"), "sell", "channels", "sku"),
            _model(_("Product proposals"), "join_left", "reconciliation", "productproposal"),
            _model(_("Unit costs"), "price_check", "channels", "unitcost"),
            _model(_("Stock receipts"), "inventory_2", "channels", "stockreceipt"),
            _model(_("Exchange rates"), "currency_exchange", "channels", "exchangerate"),
            _model(_("Shared costs"), "call_split", "reconciliation", "sharedcost"),
        ]},
        {"title": _("Setup"), "items": [
            _model(_("Goals"), "flag", "reports", "goal"),
            _model(_("Targets"), "track_changes", "reports", "target"),
            _model(_("Conversion accounts"), "campaign", "reports", "conversionaccount"),
            _model(_("Sent conversions"), "send", "reports", "sentconversion"),
            _model(_("Companies"), "apartment", "channels", "company"),
            _model(_("Stores"), "storefront", "channels", "store"),
            _model(_("Closed periods"), "lock", "reconciliation", "closedperiod"),
            _model(_("Resolutions"), "task_alt", "reconciliation", "resolution"),
            _model(_("Users"), "group", "auth", "user"),
            _model(_("Groups"), "groups", "auth", "group"),
            _model(_("Scheduled tasks"), "schedule", "django_q", "schedule"),
            _model(_("Failed tasks"), "error", "django_q", "failure"),
            _model(_("API tokens"), "key", "knox", "authtoken"),
            _model(_("Pushed messages"), "mark_email_unread", "channels", "delivery"),
            _model(_("Quotas"), "speed", "channels", "bucket"),
        ]},
    ]  # fmt: skip
