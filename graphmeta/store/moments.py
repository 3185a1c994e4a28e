"""Moments as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime

from graphmeta.errors import InvalidArgumentError
from graphmeta.store.values import check_int

_FRACTION = re.compile(r"\.(\d{1,6})\d*")


def milliseconds(time: int | datetime | str) -> int:
    """A moment in milliseconds since the epoch.

    Args:
        time: those; a datetime, or a text in ISO 8601, without a zone a local one. A day means its end.

    Raises:
        InvalidArgumentError: it is no time.
    """
    if isinstance(time, datetime):
        return _of(time)
    if isinstance(time, str):
        try:
            day = date.fromisoformat(time)
        except ValueError:
            pass
        else:
            return _of(datetime(day.year, day.month, day.day, 23, 59, 59)) + 999  # a local day
        # Python 3.10 knows no Z, and of a second's fraction three digits or six alone.
        whole = time[:-1] + "+00:00" if time[-1:] in ("z", "Z") else time
        whole = _FRACTION.sub(lambda found: f".{found[1]:0<6}", whole)
        try:
            return _of(datetime.fromisoformat(whole))
        except ValueError:
            raise InvalidArgumentError(
                f"{time[:100]!r} is no time; write it as 2026-11-23, 2026-11-23T12:30 or 2026-11-23T12:30:00+01:00."
            ) from None
    return check_int(time, "A time in milliseconds since the epoch")


def _of(moment: datetime) -> int:
    try:
        return int(moment.timestamp() * 1000)
    except (OverflowError, OSError, ValueError):
        raise InvalidArgumentError(f"{moment} is beyond the times that this machine knows.") from None
