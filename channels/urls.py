"""Where vendors push to."""

from django.urls import path

from channels.webhooks import shopee, shopify

urlpatterns = [
    path("shopify/<int:store_id>/", shopify, name="webhook_shopify"),
    path("shopee/<int:store_id>/", shopee, name="webhook_shopee"),
    path("shopee/", shopee, name="webhook_shopee_partner"),
]
