"""Where vendors push to."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
