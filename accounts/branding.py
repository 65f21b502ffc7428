"""An agency's colour as the browser gets it: a stylesheet, for pages carry no styles (CSP)."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

#: What text in the accent stands on, per theme; the same values as in static/rumbo/tokens.css.
LIGHT_SURFACE, DARK_SURFACE = "#ffffff", "#15181b"
READABLE = 4.5  # WCAG 2.2, 1.4.3: contrast of text of ordinary size
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Palette:
    """The accent as text and as a ground, and the ink that can be read on it, for each theme."""

    light: str
    on_light: str
    dark: str
    on_dark: str


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, 0 to 1 (WCAG 2.2)."""
    parts = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def readable_on(colour: str, ground: str) -> str:
    """The colour itself if it can be read on the ground, else moved as little as needed to be.

    Towards black on a light ground, towards white on a dark one, in steps of one hundredth.
    """
    target = 0 if luminance(ground) > 0.5 else 255
    for step in range(101):
        mixed = [round(part + (target - part) * step / 100) for part in _channels(colour)]
        candidate = "#{:02x}{:02x}{:02x}".format(*mixed)
        if contrast(candidate, ground) >= READABLE:
            return candidate
    return "#000000" if target == 0 else "#ffffff"


def palette(accent: str) -> Palette:
    light, dark = readable_on(accent, LIGHT_SURFACE), readable_on(accent, DARK_SURFACE)
    ink = "#101214"
    on_dark = ink if contrast(ink, dark) >= contrast("#ffffff", dark) else "#ffffff"
    return Palette(light, "#ffffff", dark, on_dark)


def stylesheet(accent: str) -> str:
    """The few variables over which everything in static/rumbo is built."""
    its = palette(accent)
    return (
        f":root{{--accent:{its.light};--on-accent:{its.on_light}}}\n"
        f"[data-bs-theme=dark]{{--accent:{its.dark};--on-accent:{its.on_dark}}}\n"
        f"@media print{{[data-bs-theme]{{--accent:{its.light};--on-accent:{its.on_light}}}}}\n"
    )


@require_safe
def brand_stylesheet(request: HttpRequest, colour: str) -> HttpResponse:
    """A function of its address alone: no agency is looked up, and it may be kept for ever."""
    response = HttpResponse(stylesheet(f"#{colour.lower()}"), content_type="text/css")
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response
