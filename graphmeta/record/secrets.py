"""Passwords out of what is recorded: command lines and URIs are kept for years and shown to many."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

HIDDEN = "***"
_IN_URI = re.compile(r"(?<=://)([^/\s:@]*):[^/\s]*@")
_NAME = r"[\w.-]*(password|passwd|secret|token|api[-_]?key|credential)[\w.-]*"
_SECRET_OPTION = re.compile(rf"(?i)-{{1,2}}{_NAME}|{_NAME}(?==)")  # --password …, or db.password=…


def without_passwords(text: str) -> str:
    """The text with the password of every `scheme://user:password@host` hidden."""
    return _IN_URI.sub(rf"\1:{HIDDEN}@", text)


def command_line(arguments: Sequence[str]) -> str:
    """A command line as one could paste it, less the passwords in it: those of URIs, and the values of
    options, and of `name=value`, whose name holds password, secret, token, api-key or credential."""
    shown: list[str] = []
    hide = False
    for argument in arguments:
        option, equals, _ = argument.partition("=")
        if hide and not argument.startswith("-"):
            shown.append(HIDDEN)
            hide = False
        elif _SECRET_OPTION.match(argument):
            shown.append(option + equals + (HIDDEN if equals else ""))
            hide = not equals
        else:
            shown.append(without_passwords(argument))
            hide = False
    return shlex.join(shown)
