"""Pages: files and responses as they came, what could not be read of them, and the vault of what was cut out."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.models.stores import Company, Store


class RawPage(models.Model):
    """A file or response, archived before it is read and never changed.

    ``digest`` is of the bytes that came (and of a mark, where they came again after others), ``archived_digest`` of
    what is kept (personal fields cut out). ``recorded_at`` is when we knew: on arrival, or when a person accepted
    a page that was in conflict.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        LOADED = "loaded", _("Loaded")
        WAITING = "waiting", _("In conflict")
        DISCARDED = "discarded", _("Discarded")

    company = models.ForeignKey(Company, models.PROTECT, related_name="pages", verbose_name=_("company"))
    store = models.ForeignKey(
        Store, models.PROTECT, null=True, blank=True, related_name="pages", verbose_name=_("store")
    )
    resource = models.CharField(_("format"), max_length=60)
    name = models.CharField(_("file"), max_length=255, blank=True)
    media_type = models.CharField(_("media type"), max_length=100, blank=True)
    request = models.JSONField(_("request"), default=dict, blank=True)  # what was asked for it over the wire
    digest = models.CharField(_("SHA-256"), max_length=64)
    archived_digest = models.CharField(max_length=64)
    size = models.BigIntegerField(_("size"))
    body = models.CharField(max_length=255)  # file in the "pages" storage, with #start+size where several share one
    fetched_at = models.DateTimeField(_("received"))
    recorded_at = models.DateTimeField(_("recorded"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("accepted by")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    conflict = models.TextField(_("conflict"), blank=True)
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    load = models.BigIntegerField(null=True, editable=False)  # number of the load that read it, rising per company

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["-fetched_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "store", "resource", "digest"], name="page_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["company", "load"], name="page_by_load")]

    def __str__(self) -> str:
        return self.name or f"{self.resource} {self.digest[:8]}"


class UnreadableLine(models.Model):
    """A line that a page holds and the program could not read: shown until the page reads clean."""

    page = models.ForeignKey(RawPage, models.CASCADE, related_name="unreadable", verbose_name=_("page"))
    place = models.IntegerField(_("line"))
    reason = models.TextField(_("reason"))
    excerpt = models.CharField(_("excerpt"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("unreadable line")
        verbose_name_plural = _("unreadable lines")
        ordering = ["page", "place"]
        indexes = [models.Index(fields=["page", "place"], name="unreadable_by_place")]

    def __str__(self) -> str:
        return f"{self.page}:{self.place}"


class VaultEntry(models.Model):
    """Personal values that were cut out of one record of a page, encrypted, with the day they must go."""

    page = models.ForeignKey(RawPage, models.CASCADE, related_name="vault")
    place = models.IntegerField()
    sealed = models.BinaryField()
    purge_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "place"], name="vault_once")]
        indexes = [models.Index(fields=["purge_on"], name="vault_by_purge")]
