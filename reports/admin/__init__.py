"""The admin of what it means: the contribution page and the first page."""

from channels.admin_site import extra_page
from reports.admin.contribution import contribution_view

extra_page("contribution/", contribution_view, "contribution")

__all__ = ["contribution_view"]
