"""Files come in through the admin: archived as pending pages, looked at, and only then loaded."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.admin_site import SelectWidget
from channels.core.errors import Refused
from channels.load import accept, discard, load, preview
from channels.models import Company, RawPage, Store
from channels.receive import Received, receive
from channels.refusals import in_words
from channels.unpacking import unpack
from channels.words import channel_label

FILES_SHOWN = 100  # previews on one screen


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in files]


def _places() -> list[tuple[str, Any]]:
    """Where files can go: a store, or a company for its own sheets."""
    stores = Store.objects.select_related("company").order_by("company__name", "name")
    groups: dict[str, list[tuple[str, str]]] = {}
    for store in stores:
        label = f"{store} · {channel_label(store.channel)}"
        groups.setdefault(store.company.name, []).append((f"store-{store.pk}", label))
    for company in Company.objects.order_by("name"):
        own = gettext("%(company)s: costs, SKUs, exchange rates") % {"company": company}
        groups.setdefault(company.name, []).append((f"company-{company.pk}", own))
    return [("", gettext("Choose a store")), *sorted(groups.items())]


class UploadForm(forms.Form):
    place = forms.ChoiceField(label=_("Store"), choices=_places, widget=SelectWidget)
    files = FilesField(label=_("Files"))  # type: ignore[assignment]

    def clean_place(self) -> tuple[Company, Store | None]:
        kind, _dash, pk = self.cleaned_data["place"].partition("-")
        if kind == "company":
            return Company.objects.get(pk=pk), None
        store = Store.objects.select_related("company").get(pk=pk)
        return store.company, store


def upload(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """Take files and go to their previews; what is refused is said in a message, and nothing of it is kept."""
    form = UploadForm(request.POST or None, request.FILES or None, initial={"place": request.GET.get("place", "")})
    if request.method == "POST" and form.is_valid():
        company, store = form.cleaned_data["place"]
        came: list[Received] = []
        for file in form.cleaned_data["files"]:
            try:
                came += _take(company, store, file, request)
            except Refused as refused:
                _refuse(request, str(file.name), refused)
        if came:
            return HttpResponseRedirect(_previews_url(request, came))
        # The store stays chosen for the next try.
        return HttpResponseRedirect(f"{request.path}?{urlencode({'place': request.POST['place']})}")
    context = model_admin.context(request, _("Upload files"), form=form, has_stores=Store.objects.exists())
    return TemplateResponse(request, "channels/upload.html", context)


def _take(company: Company, store: Store | None, file: UploadedFile, request: HttpRequest) -> list[Received]:
    """The pages of one file; a page that cannot be read is not kept."""
    taken = []
    for name, plain in unpack(cast(Any, file), str(file.name)):
        try:
            received = receive(company, store, plain, PurePath(name).name, datetime.now(UTC))
            if received.page.state == RawPage.State.PENDING:
                _preview(received)
            taken.append(received)
        except Refused as refused:
            _refuse(request, name, refused)
    return taken


def _preview(received: Received) -> None:
    try:
        preview(received.page)
    except Refused:
        if not received.known:
            received.page.delete()
        raise


def _refuse(request: HttpRequest, name: str, refused: Refused) -> None:
    messages.error(request, gettext("%(file)s was not taken: %(why)s") % {"file": name, "why": in_words(str(refused))})


def _previews_url(request: HttpRequest, came: list[Received]) -> str:
    if len(came) > FILES_SHOWN:
        text = gettext("%(count)s files came in; they wait in this list.") % {"count": f"{len(came):,}"}
        messages.info(request, text)
        return reverse("admin:channels_rawpage_changelist") + "?state__exact=pending"
    ids = [("page", str(one.page.pk)) for one in came] + [("known", str(one.page.pk)) for one in came if one.known]
    return reverse("admin:channels_rawpage_preview") + "?" + urlencode(ids)


def decide(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """Load, accept or discard the pages named in the form."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    act = _DECISIONS.get(request.POST.get("decision", ""))
    ids = [int(one) for one in request.POST.getlist("page") if one.isdecimal()]
    if act:
        pages = list(RawPage.objects.filter(pk__in=ids).select_related("store", "company").order_by("pk"))
        done = [page for page in pages if _act(request, page, act)]
        if any(page.state == RawPage.State.LOADED for page in done):
            _say_what_follows(request)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = reverse("admin:channels_rawpage_changelist")
    return HttpResponseRedirect(back)


def _act(request: HttpRequest, page: RawPage, act: Callable[[HttpRequest, RawPage], None]) -> bool:
    try:
        act(request, page)
        return True
    except Refused as refused:
        text = gettext("%(file)s was not loaded: %(why)s") % {"file": page, "why": in_words(str(refused))}
        messages.error(request, text)
    except ValueError:  # another person was quicker
        page.refresh_from_db()
        text = gettext("%(file)s is in the state “%(state)s” by now; nothing was changed.")
        messages.warning(request, text % {"file": page, "state": page.get_state_display()})
    return False


def _load(request: HttpRequest, page: RawPage) -> None:
    if page.state != RawPage.State.PENDING:
        raise ValueError(page.state)
    load(page)
    _say(request, page)


def _accept(request: HttpRequest, page: RawPage) -> None:
    accept(page, request.user)
    _say(request, page)


def _say(request: HttpRequest, page: RawPage) -> None:
    page.refresh_from_db()
    if page.state == RawPage.State.LOADED:
        messages.success(request, gettext("%(file)s is loaded.") % {"file": page})
    else:
        messages.warning(request, gettext("%(file)s is in conflict: decide below.") % {"file": page})


def _say_what_follows(request: HttpRequest) -> None:
    overview = format_html('<a class="pl-link" href="{}">{}</a>', reverse("admin:index"), gettext("Overview"))
    text = gettext("The schedule brings the ledger up to date within a minute; to do it at once, go to:")
    messages.info(request, format_html("{} {}", text, overview))


def _discard(request: HttpRequest, page: RawPage) -> None:
    discard(page)
    messages.success(request, gettext("%(file)s is discarded; it stays in the archive.") % {"file": page})


_DECISIONS: dict[str, Callable[[HttpRequest, RawPage], None]] = {
    "load": _load,
    "accept": _accept,
    "discard": _discard,
}
