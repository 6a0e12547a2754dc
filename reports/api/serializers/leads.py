from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from channels.core.kinds import Consent, Phase
from channels.limits import FIRST

MOST = 1_000  # leads of one request
_AHEAD = timedelta(days=1)  # a day may have begun where the sender is and not in the store's time zone


@extend_schema_field({"type": "string", "example": "2026-06-02T09:14:00+02:00"})
class MomentField(serializers.Field):
    """A time or a day, in ISO 8601; without a zone it is the store's."""

    default_error_messages = {
        "invalid": _("Write a time as 2026-06-02T09:14:00+02:00 or a day as 2026-06-02."),
        "future": _("This lies in the future."),
    }

    def to_internal_value(self, data: Any) -> datetime:
        zone: tzinfo = self.context["zone"]
        try:
            found = datetime.fromisoformat(data.strip())
            found = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        except (AttributeError, ValueError, OverflowError):
            self.fail("invalid")
        if found <= FIRST:
            self.fail("invalid")
        if found > self.context["now"] + _AHEAD:
            self.fail("future")
        return found


@extend_schema_field(OpenApiTypes.BOOL)
class FlagField(serializers.Field):
    default_error_messages = {"invalid": _("Write true or false.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class WordsField(serializers.CharField):
    """Words that stay in the archive, and so never an address of a person."""

    def to_internal_value(self, data: Any) -> str:
        text = str(super().to_internal_value(data))
        if "@" in text:
            raise serializers.ValidationError(_("An e-mail address belongs into the field email alone."), "personal")
        return text


def _words(length: int, said: Any = None, *, needed: bool = False) -> WordsField:
    more: dict[str, Any] = {} if needed else {"required": False, "allow_blank": True, "allow_null": True}
    return WordsField(max_length=length, help_text=said, **more)


def _known_by(length: int, said: str) -> serializers.CharField:
    return serializers.CharField(
        max_length=length, required=False, allow_blank=True, allow_null=True, help_text=f"Personal: {said}"
    )


def _choice(words: type[Phase] | type[Consent], said: str) -> serializers.ChoiceField:
    values = [one.value for one in words]
    told = _("Write one of: %(words)s.") % {"words": ", ".join(values)}
    return serializers.ChoiceField(
        choices=values, required=False, allow_null=True, help_text=said, error_messages={"invalid_choice": told}
    )


def _moment(said: str) -> MomentField:
    return MomentField(required=False, allow_null=True, help_text=said)


class LeadSerializer(serializers.Serializer):
    """One lead as it stands now. What is left out, or null, is not known."""

    lead = _words(100, "The CRM's own number of it.", needed=True)
    created_at = MomentField(help_text="When it came in.")
    source = _words(200, "Such as google.")  # type: ignore[assignment]
    medium = _words(200, "Such as cpc.")
    campaign = _words(300)
    stage = _choice(Phase, "Left out, it follows from the times.")
    qualified_at = _moment("When it was found worth selling to.")
    opportunity_at = _moment("When it was offered something.")
    won_at = _moment("When it bought.")
    lost_at = _moment("When it was given up.")
    value = serializers.DecimalField(
        max_digits=20, decimal_places=6, min_value=Decimal(0), required=False, allow_null=True,
        help_text="What was sold, or is offered.",
    )  # fmt: skip
    currency = serializers.RegexField(
        "^[A-Z]{3}$", required=False, allow_null=True, help_text="Of the value; left out, the store's."
    )
    order = _words(100, "Number of the order that came of it.")
    bot = FlagField(required=False, allow_null=True, help_text="Whether it was a machine, where anybody has looked.")
    consent = _choice(Consent, "Whether the person agreed to data going to advertising networks.")
    opted_out = FlagField(required=False, allow_null=True, help_text="True outweighs consent.")
    email = _known_by(254, "the address as it was given.")
    phone = _known_by(50, "best with its country's code, such as +49 30 5550101.")
    gclid = _known_by(500, "Google's click.")
    client_id = _known_by(100, "of Google Analytics' cookie _ga.")
    fbc = _known_by(600, "Meta's cookie _fbc.")
    facebook_lead = _known_by(30, "number of the lead in Meta's form.")


class TakenSerializer(serializers.Serializer):
    """What became of the leads of a request."""

    page = serializers.IntegerField(help_text="Our own id of what was sent.")
    leads = serializers.IntegerField(help_text="How many it has.")
    known = serializers.BooleanField(help_text="The same body came before: nothing changed.")
