"""What a store needs to keep itself current, in its form: credentials that only go in, and what to pull."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.admin_site import BooleanWidget, CheckboxesWidget, DateWidget, IntegerWidget, PasswordWidget, TextWidget
from channels.admin_site import SelectWidget as ChoiceWidget
from channels.core.transport import Credential, Source
from channels.models import Store
from channels.signal_rules import TOKEN_DAYS
from channels.vault import LONGEST, MOST_DAYS
from channels.windows import source_of

SECRET, REMOVE, PULL = "secret_", "remove_", "pull_"  # how the fields' names begin
MODES = [("log", _("let unsigned messages in and mark them")), ("enforce", _("refuse unsigned messages"))]
KEPT = ("personal_days", "token_days")  # how long what is kept of buyers: in the signal policy
PUSHED = ("shopify", "shopee")  # channels that push to an address of ours


def fields_of(store: Store) -> dict[str, forms.Field]:
    """The fields that the store's channel needs beside those of every store; none where it cannot be pulled."""
    source = source_of(store)
    if source is None:
        return {}
    fields: dict[str, forms.Field] = dict(_options(store, source))
    for one in source.credentials:
        fields |= _secret(one, store) if one.secret else _setting(one, store)
    return fields


def fieldsets_of(store: Store) -> list[Any]:
    """Where those fields stand in the form."""
    names = list(fields_of(store))
    entered = [name for name in names if name.startswith(SECRET)]
    removable = set(names)
    rows = [(name, gone) if (gone := REMOVE + name.removeprefix(SECRET)) in removable else name for name in entered]
    shown = ["shown_refused"] * bool(store.refused) + ["push_address"] * (store.channel in PUSHED)
    pull = ["pulls", *shown, *(name for name in names if name.startswith(PULL)), "endpoint"]
    if not names:
        return [(_("Pulling"), {"fields": ["endpoint"]})] if store.endpoint else []
    return [
        (_("Pulling"), {"fields": pull}),
        (_("Access"), {"fields": rows, "description": _("What is secret goes in and never comes out again.")}),
    ]


def entered(form: forms.Form) -> dict[str, str | None]:
    """The credentials that a person changed; None is one to remove. What is left as it was may be newer by now."""
    gone = {name.removeprefix(REMOVE): None for name in form.changed_data if name.startswith(REMOVE)}
    given = {
        name.removeprefix(SECRET): form.cleaned_data[name] or None
        for name in form.changed_data
        if name.startswith(SECRET)
    }
    return {**gone, **given}


def apply(form: forms.Form, store: Store) -> None:
    """Put what to pull, and how long buyers' data is kept, into the store."""
    data = form.cleaned_data
    for name, value in data.items():
        option = name.removeprefix(PULL)
        if option in KEPT:
            _put(store.signal_policy, option, value)
        elif name.startswith(PULL):
            _put(store.pull_options, option, value.isoformat() if isinstance(value, date) else value)


def _put(options: dict[str, Any], name: str, value: Any) -> None:
    if value in (None, "", []):
        options.pop(name, None)
    else:
        options[name] = value


def _secret(one: Credential, store: Store) -> dict[str, forms.Field]:
    is_set = bool((store.credentials or {}).get(one.name))
    state = gettext("set; leave it empty to keep it") if is_set else gettext("not set")
    help_text = f"{state}. {gettext(one.help) if one.help else ''}".strip()
    found: dict[str, forms.Field] = {
        SECRET + one.name: forms.CharField(
            label=_labelled(one),
            required=False,
            help_text=help_text,
            max_length=4_000,
            widget=PasswordWidget(attrs={"autocomplete": "new-password"}, render_value=False),
        )
    }
    if is_set:
        label = gettext("Remove: %(what)s") % {"what": gettext(one.label)}
        found[REMOVE + one.name] = forms.BooleanField(label=label, required=False, widget=BooleanWidget())
    return found


def _setting(one: Credential, store: Store) -> dict[str, forms.Field]:
    return {
        SECRET + one.name: forms.CharField(
            label=_labelled(one), required=False, initial=(store.credentials or {}).get(one.name, ""),
            widget=TextWidget(), help_text=gettext(one.help) if one.help else "", max_length=1_000,
            show_hidden_initial=True,  # some are renewed by pulls, perhaps while the form is open
        )
    }  # fmt: skip


def _labelled(one: Credential) -> str:
    return gettext(one.label) if one.required else gettext("%(what)s (optional)") % {"what": gettext(one.label)}


def _options(store: Store, source: Source) -> Iterator[tuple[str, forms.Field]]:
    options = store.pull_options
    yield "pull_since", forms.DateField(
        label=_("Pull from"), required=False, initial=options.get("since"), widget=DateWidget(),
        help_text=_("Empty: from the go-live date, else as far back as is usual."),
    )  # fmt: skip
    optional = [(one.name, gettext(one.title)) for one in source.resources if one.optional and one.serves(store.shop)]
    if optional:
        yield "pull_optional", forms.MultipleChoiceField(
            label=_("Also pull"), required=False, choices=optional, initial=options.get("optional", []),
            widget=CheckboxesWidget(), help_text=_("What needs an approval by the channel that few have."),
        )  # fmt: skip
    if store.channel == "shopee":
        yield "pull_push_mode", forms.ChoiceField(
            label=_("Pushed messages"), required=False, choices=MODES, initial=options.get("push_mode", "log"),
            widget=ChoiceWidget(),
        )  # fmt: skip
    most = MOST_DAYS.get(store.channel, LONGEST)
    yield "pull_personal_days", forms.IntegerField(
        label=_("Keep buyers' data"), required=False, min_value=1, max_value=most, widget=IntegerWidget(),
        initial=store.signal_policy.get("personal_days"), help_text=_("Days after its arrival; empty: 30."),
    )  # fmt: skip
    yield "pull_token_days", forms.IntegerField(
        label=_("Keep buyers' tokens"), required=False, min_value=1, max_value=TOKEN_DAYS, widget=IntegerWidget(),
        initial=store.signal_policy.get("token_days"), help_text=_("Days after the arrival of the data; empty: 365."),
    )  # fmt: skip


def push_address(store: Store, request: HttpRequest | None = None) -> str:
    """Where the channel can push messages of this store to."""
    path = reverse(f"webhook_{store.channel}", args=[store.pk])
    return request.build_absolute_uri(path) if request else path
