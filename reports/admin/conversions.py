"""Where conversions go and what became of each; credentials go in by a command and never come out."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.admin.leads import PHASES
from channels.admin_site import ChoicesDropdownFilter, ModelAdmin, ReadOnlyAdmin, RelatedDropdownFilter, display
from channels.shown import EMPTY, day, moment, number
from reports.models import ConversionAccount, SentConversion

_OFF = _("Nothing is sent anywhere: PLUMBLINE_SEND_CONVERSIONS is not set.")
_OURS = {
    "not tried": _("not tried"),
    "interrupted": _("interrupted"),
    "no result": _("no result"),
    "no longer to be told": _("no longer to be told"),
}


@admin.register(ConversionAccount)
class ConversionAccountAdmin(ModelAdmin):
    """People switch it on and off here. It stays, since what it was told is not told again."""

    empty_hint = _("Accounts are entered with manage.py conversion_account, which takes their credentials.")
    list_display = ["store", "network", "sends", "shown_since", "sent", "waiting", "not_taken"]
    list_filter = [("network", ChoicesDropdownFilter), ("store", RelatedDropdownFilter)]
    list_select_related = ["store"]
    fields = ["store", "network", "is_on", "shown_since", "calling_code"]
    readonly_fields = ["store", "network", "shown_since", "calling_code"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConversionAccount]:
        state = SentConversion.State
        groups = {
            "sent": [state.SENT],
            "waiting": [state.LATER, state.SENDING],
            "not_taken": [state.REFUSED, state.UNSURE],
        }
        accounts: QuerySet[ConversionAccount] = super().get_queryset(request)
        return accounts.annotate(
            **{f"n_{name}": Count("conversions", Q(conversions__state__in=some)) for name, some in groups.items()}
        )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **options)
        if db_field.name == "is_on" and not settings.SEND_CONVERSIONS:
            field.help_text = _OFF
        return field

    @display(description=_("sends"), ordering="is_on")
    def sends(self, account: ConversionAccount) -> str:
        if account.is_on and not settings.SEND_CONVERSIONS:
            return str(_OFF)
        return gettext("yes") if account.is_on else gettext("no")

    @display(description=_("since"), ordering="since")
    def shown_since(self, account: ConversionAccount) -> SafeString:
        return moment(account.since, account.store.timezone)

    @display(description=_("conversions sent"), ordering="n_sent")
    def sent(self, account: ConversionAccount) -> SafeString:
        return number(account.n_sent)  # type: ignore[attr-defined]

    @display(description=_("to be tried again"), ordering="n_waiting")
    def waiting(self, account: ConversionAccount) -> SafeString:
        return number(account.n_waiting)  # type: ignore[attr-defined]

    @display(description=_("not taken"), ordering="n_not_taken")
    def not_taken(self, account: ConversionAccount) -> SafeString:
        return number(account.n_not_taken)  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ConversionAccount | None = None) -> bool:
        return False


@admin.register(SentConversion)
class SentConversionAdmin(ReadOnlyAdmin):
    """What was sent of a person is kept nowhere."""

    empty_hint = _("Conversions of leads are listed here once an account is on and PLUMBLINE_SEND_CONVERSIONS is set.")
    list_display = ["lead", "shown_stage", "happened", "account", "state", "shown_said", "tries", "tried", "next_try"]
    list_filter = [("state", ChoicesDropdownFilter), ("account", RelatedDropdownFilter)]
    list_select_related = ["account__store"]
    search_fields = ["lead__startswith"]
    search_help_text = _("Number of a lead, from its beginning")
    fields = [("lead", "shown_stage"), ("account", "happened"), ("state", "shown_said"), ("tries", "tried", "next_try")]
    readonly_fields = ["shown_stage", "shown_said", "happened", "tried", "next_try"]

    @display(description=_("stage"), ordering="stage")
    def shown_stage(self, one: SentConversion) -> str:
        return str(PHASES.get(one.stage, one.stage))

    @display(description=_("answer"), ordering="said")
    def shown_said(self, one: SentConversion) -> str:
        return str(_OURS.get(one.said, one.said or EMPTY))

    @display(description=_("happened"), ordering="happened_at")
    def happened(self, one: SentConversion) -> SafeString:
        return day(one.happened_at, one.account.store.timezone)

    @display(description=_("tried"), ordering="tried_at")
    def tried(self, one: SentConversion) -> SafeString:
        return moment(one.tried_at, one.account.store.timezone)

    @display(description=_("next try"), ordering="next_try_at")
    def next_try(self, one: SentConversion) -> SafeString:
        return moment(one.next_try_at, one.account.store.timezone)
