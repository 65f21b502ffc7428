"""Text as it is searched: small letters without accents. Pure.

The database keeps the same text in generated columns (`models.searching`): both use the table below,
so what is typed and what is stored are folded alike. Changing it needs a migration that makes them anew.
"""

import re
import unicodedata

_FIRST, _LAST = 0xC0, 0x530  # Latin with accents, Greek, Cyrillic


def _folded(letter: str) -> str:
    """One letter without its accents, small; itself where that would be more than one letter."""
    plain = unicodedata.normalize("NFD", letter)[0].lower()
    return plain if len(plain) == 1 else letter


#: Letters that are not their own plain form, and that form, at the same place in the second text.
LETTERS = "".join(chr(code) for code in range(_FIRST, _LAST) if _folded(chr(code)) != chr(code))
PLAIN = "".join(map(_folded, LETTERS))
#: Those of western Europe among them, which are nearly all that is met: a tenth, and looked up as fast.
WESTERN = "".join(letter for letter in LETTERS if ord(letter) <= 0xFF)
WESTERN_PLAIN = PLAIN[: len(WESTERN)]
#: ASCII's signs separate words as spaces do: an e-mail is found by any of its parts. As SQL reads it too.
SEPARATORS = "[!-/:-@[-`{-~]"

_SEPARATORS = re.compile(r"[!-/:-@\[-`{-~]")
_TABLE = str.maketrans(LETTERS, PLAIN) | {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
MOST_WORDS = 6


def plain_text(text: str) -> str:
    """As the database stores it: letters folded one by one, separators as spaces."""
    return _SEPARATORS.sub(" ", unicodedata.normalize("NFC", text).translate(_TABLE))


def search_words(text: str) -> list[str]:
    """The words that a search asks for; every one of them has to begin a word of what is found.

    A number of six digits or more is one word however it is grouped: that is how phones are stored.
    """
    clean = text.replace("\0", "").strip()
    digits = "".join(each for each in clean if each.isdecimal())
    if len(digits) >= 6 and not clean.strip("+()-./ 0123456789"):
        return [digits]
    return plain_text(clean).split()[:MOST_WORDS]
