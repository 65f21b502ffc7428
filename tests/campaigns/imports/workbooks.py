"""Workbooks written by hand, part by part, so that tests can say exactly what is in one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from campaigns.imports.sheets.places import column_letters

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
#: The styles of days, moments, times and percents.
DAY, MOMENT, CLOCK, PERCENT = 1, 2, 3, 4
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="22"/><xf numFmtId="20"/><xf numFmtId="10"/></cellXfs></styleSheet>'
)


class Raw(str):
    """The inside of a cell as XML, its attributes first: `t="e"><v>#DIV/0!</v>`."""


def formula(value: str) -> Raw:
    """A formula and the value that a spreadsheet has calculated for it."""
    return Raw(f"><f>SUM(A1:A2)</f><v>{value}</v>")


def workbook(
    sheets: Mapping[str, Sequence[Sequence[object]]],
    merged: str = "",
    hidden: Sequence[str] = (),
    parts: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """An .xlsx. merged: a range of the first sheet. parts: others to put into the archive."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        names = list(sheets)
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_LINKS}"><Relationship Id="rId1"'
            f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        entries = "".join(
            f"<sheet name={quoteattr(name)} sheetId='{n}' r:id='rId{n}'"
            f"{' state=' + quoteattr('hidden') if name in hidden else ''}/>"
            for n, name in enumerate(names, 1)
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{entries}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(names) + 1)
        )
        links += f'<Relationship Id="rId0" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_LINKS}">{links}</Relationships>'
        )
        archive.writestr("xl/styles.xml", _STYLES)
        for n, name in enumerate(names, 1):
            merges = f'<mergeCells><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
            archive.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f'<worksheet xmlns="{_MAIN}"><sheetData>{_rows(sheets[name])}</sheetData>'
                f"{merges if n == 1 else ''}</worksheet>",
            )
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _rows(rows: Sequence[Sequence[object]]) -> str:
    return "".join(
        f'<row r="{row}">'
        + "".join(
            _cell(f"{column_letters(column)}{row}", value)
            for column, value in enumerate(cells)
            if value is not None
        )
        + "</row>"
        for row, cells in enumerate(rows, 1)
        if cells
    )


def _cell(place: str, value: object) -> str:
    if isinstance(value, Raw):
        return f'<c r="{place}" {value}</c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float | Decimal):
        return f'<c r="{place}"><v>{value}</v></c>'
    if isinstance(value, datetime):
        return f'<c r="{place}" s="{MOMENT}"><v>{_serial(value)}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="{DAY}"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, time):
        return f'<c r="{place}" s="{CLOCK}"><v>{(value.hour * 60 + value.minute) / 1440}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def _serial(moment: datetime) -> float:
    passed = moment - datetime(1899, 12, 30)
    return passed.days + passed.seconds / 86400
