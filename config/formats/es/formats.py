"""Spanish thousands are parted by a dot, as in CLDR; Django says a space."""

THOUSAND_SEPARATOR = "."
