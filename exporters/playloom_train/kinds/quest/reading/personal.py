"""Personal data in dialogue: addresses of mail and web, telephone numbers, which nobody should speak."""

import re

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w")
_WEB = re.compile(r"\bhttps?://|\bwww\.\w", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.,])\+?\(?\d[\d ()./-]{5,}\d(?!\w)")
_LOCAL = re.compile(r"\d{3}[-.]\d{4}")
_DIGITS_LOW = 9  # of a number without a plus; dates and years have fewer


def personal(text: str) -> str | None:
    """Return what kind of personal data a text holds, or None."""
    if _MAIL.search(text):
        return "a mail address"
    if _WEB.search(text):
        return "a web address"
    for found in _NUMBER.finditer(text):
        digits = sum(char.isdigit() for char in found[0])
        if digits >= _DIGITS_LOW or found[0].startswith("+") or _LOCAL.fullmatch(found[0].strip()):
            return "a telephone number"
    return None
