"""The words by which files of leads call what a person is known by, and what that person agreed to.

HubSpot's and Salesforce's labels (https://knowledge.hubspot.com/properties/hubspots-default-contact-properties,
https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_lead.htm),
names that fields made for this purpose have, and Chinese ones. Field → names, in any spelling that ``plain_name`` takes
for the same; the first that holds something counts.
"""

from collections.abc import Mapping
from types import MappingProxyType

Words = Mapping[str, tuple[str, ...]]

IDENTIFIERS: Words = MappingProxyType(
    {
        "email": ("Email", "E-mail", "Email Address", "邮箱", "电子邮箱"),
        "phone": ("Phone", "Phone Number", "Mobile Phone Number", "Mobile Phone", "Mobile", "电话", "手机", "手机号"),
        "gclid": ("gclid", "Google Click ID", "Google ad click ID", "gclid__c"),
        "client_id": ("client_id", "GA client ID", "GA4 client ID", "ga_client_id__c"),
        "fbc": ("fbc", "fbc__c"),
        "facebook_lead": ("facebook_lead", "Facebook lead ID", "Meta lead ID", "facebook_lead_id__c"),
    }
)
CONSENT: Words = MappingProxyType(
    {
        "consent": (
            "Marketing consent", "Marketing_Consent__c", "Consent", "Legal basis for processing contact's data",
            "营销同意", "同意",
        ),
        "opted_out": (
            "Opted out", "Unsubscribed from all email", "Opted out of all email", "Email Opt Out",
            "HasOptedOutOfEmail", "退订",
        ),
    }
)  # fmt: skip
