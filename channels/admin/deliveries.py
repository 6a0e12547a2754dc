"""Messages that channels pushed, without what they hold; quotas; and when personal data was last purged."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.admin_site import RangeDateTimeFilter, ReadOnlyAdmin, RelatedDropdownFilter, display
from channels.models import Bucket, Delivery, Heartbeat
from channels.shown import moment, number
from channels.words import channel_label


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What a message holds is encrypted, and no page shows it."""

    empty_hint = _("Messages that channels push to this server are listed here; the form of a store has its address.")
    list_before_template = "channels/purged.html"
    list_display = [
        "topic", "shown_channel", "store", "received", "verified", "shown_times", "shown_outcome", "handled",
        "purge_on",
    ]  # fmt: skip
    list_filter: list[Any] = [("store", RelatedDropdownFilter), ("received_at", RangeDateTimeFilter), "verified"]
    list_select_related = ["store"]
    search_fields = ["topic__startswith", "key__startswith"]
    fields = [
        ("topic", "shown_channel"), ("store", "verified"), ("received", "shown_times"), ("shown_outcome", "handled"),
        ("key", "purge_on"),
    ]  # fmt: skip
    readonly_fields = ["shown_channel", "received", "handled", "shown_outcome", "shown_times"]

    @display(description=_("channel"), ordering="channel")
    def shown_channel(self, message: Delivery) -> str:
        return channel_label(message.channel)

    @display(description=_("received"), ordering="received_at")
    def received(self, message: Delivery) -> SafeString:
        return moment(message.received_at, message.store.timezone if message.store else "UTC")

    @display(description=_("handled"), ordering="handled_at")
    def handled(self, message: Delivery) -> SafeString:
        return moment(message.handled_at, message.store.timezone if message.store else "UTC")

    @display(description=_("times received"), ordering="times")
    def shown_times(self, message: Delivery) -> SafeString:
        return number(message.times)

    @display(description=_("outcome"), ordering="outcome")
    def shown_outcome(self, message: Delivery) -> str:
        """Our words with what stands behind them, such as the resources that are read again."""
        words, colon, rest = message.outcome.partition(": ")
        whole = gettext(message.outcome) if message.outcome else ""
        return whole if whole != message.outcome or not colon else f"{gettext(words)}: {rest}"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {**(extra_context or {}), "purged": Heartbeat.objects.filter(name="purge").first()}
        reply: HttpResponse = super().changelist_view(request, context)
        return reply


@admin.register(Bucket)
class BucketAdmin(ReadOnlyAdmin):
    """What is left of a channel's quotas; whose they are is kept as a digest."""

    empty_hint = _("Quotas of the channels are listed here once something was pulled.")
    list_display = ["operation", "shown_channel", "per_second", "burst", "tokens", "updated", "calls", "refused"]
    search_fields = ["operation__startswith"]
    fields = ["operation", "shown_channel", "per_second", "burst", "tokens", "updated", "calls", "refused"]
    readonly_fields = ["shown_channel", "updated", "calls", "refused"]

    @display(description=_("channel"), ordering="channel")
    def shown_channel(self, bucket: Bucket) -> str:
        return channel_label(bucket.channel)

    @display(description=_("updated"), ordering="updated_at")
    def updated(self, bucket: Bucket) -> SafeString:
        return moment(bucket.updated_at, "UTC")

    @display(description=_("calls"), ordering="taken")
    def calls(self, bucket: Bucket) -> SafeString:
        return number(bucket.taken)

    @display(description=_("refused for haste"), ordering="throttled")
    def refused(self, bucket: Bucket) -> SafeString:
        return number(bucket.throttled)
