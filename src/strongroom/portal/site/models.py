"""The site's tables."""

from strongroom.portal.site.accounts.models import Account

__all__ = ["Account"]
