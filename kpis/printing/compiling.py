"""One template of this folder and its data, compiled to a tagged PDF.

The data is handed over as JSON, never pasted into the template: to typst its strings are text,
so markup or code in a name comes out as it was typed. Nothing of the machine's is read: system
fonts are ignored, and files outside this folder are refused.
"""

import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

FOLDER = Path(__file__).resolve().parent


def compile_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of `template` ("glossary.typ"). Some 0.3 seconds for thirty pages.

    Accessible as PDF/UA-1 asks. That standard refuses a character for which no font has a sign
    (Chinese in a name): such a document comes without the standard's mark, but tagged all the same.
    """
    compiler = typst.Compiler(
        FOLDER / template,
        root=FOLDER,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(_printable(data))},
    )
    try:
        made = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError as refusal:
        if "could not be displayed" not in str(refusal):
            raise
        made = compiler.compile(format="pdf")
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


@cache
def _fonts() -> typst.Fonts:
    """The faces that come with the compiler, opened once per process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _printable(data: Any) -> Any:
    """The same without control characters, which no font can show."""
    if isinstance(data, str):
        return "".join(each for each in data if unicodedata.category(each) != "Cc")
    if isinstance(data, Mapping):
        return {name: _printable(value) for name, value in data.items()}
    if isinstance(data, list | tuple) and data and not isinstance(data[0], int):
        return [_printable(value) for value in data]
    return data
