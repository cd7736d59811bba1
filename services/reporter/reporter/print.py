"""The PDF report: two pages of A4, for the printer and the archive."""

import io
import textwrap
from datetime import UTC

from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import charts
from .charts import PRINT
from .figures import Figures
from .words import day, duration, moment, summary, tiles

A4_INCHES = (8.27, 11.69)
LEFT, RIGHT = 0.09, 0.91
# What fits on a line of its size.
TITLE_CHARS, TITLE_LINES_MAX, TEXT_CHARS = 40, 3, 92


def print_out(figures: Figures) -> bytes:
    """Text in it stays text: it can be searched and read aloud."""
    out = io.BytesIO()
    about = {
        "Title": f"{figures.blast}: report",
        "Author": figures.agency,
        "Creator": "Fanfare",
        "Producer": "Fanfare",
        # The moment of the figures, not of the printing, so that the same report is the same file.
        "CreationDate": figures.until.replace(tzinfo=UTC),
        "ModDate": figures.until.replace(tzinfo=UTC),
    }
    with PdfPages(out, metadata=about) as pages:
        pages.savefig(_first_page(figures))
        pages.savefig(_second_page(figures))
    return out.getvalue()


def _first_page(figures: Figures) -> Figure:
    sheet = Figure(figsize=A4_INCHES)
    sheet.text(LEFT, 0.935, figures.agency[:80], color=PRINT.first, fontsize=10, fontweight="bold")
    lines = textwrap.wrap(figures.blast, TITLE_CHARS, max_lines=TITLE_LINES_MAX, placeholder=" …") or ["A blast"]
    top = 0.918
    sheet.text(LEFT, top, "\n".join(lines), color=PRINT.ink, fontsize=22, fontweight="bold", va="top", linespacing=1.2)
    top -= 0.036 * len(lines)
    took = duration(figures.completed_at - figures.accepted_at)
    when = f"{day(figures.accepted_at)}  ·  {figures.lane} lane  ·  complete after {took}"
    sheet.text(LEFT, top, when, color=PRINT.muted, fontsize=9.5, va="top")
    text = textwrap.fill(summary(figures), TEXT_CHARS)
    sheet.text(LEFT, top - 0.03, text, color=PRINT.ink, fontsize=10.5, va="top", linespacing=1.5)
    _tiles(sheet, figures, top=0.735)
    _section(sheet, 0.59, "Delivery", "Mails accepted and delivered so far, in the agency's local time")
    _plot(sheet, (0.36, 0.545), figures.curve, charts.delivery_curve, figures, "Nothing was accepted.")
    by = "hour" if figures.hour_seconds == 3600 else "time"
    _section(sheet, 0.31, f"Opens and clicks by {by}", "First opens and first clicks, in the agency's local time")
    _plot(sheet, (0.09, 0.265), figures.hours, charts.engagement, figures, "Nobody had opened it yet.")
    _foot(sheet, figures, 1)
    return sheet


def _second_page(figures: Figures) -> Figure:
    sheet = Figure(figsize=A4_INCHES)
    sheet.text(LEFT, 0.935, figures.blast[:90], color=PRINT.muted, fontsize=9)
    note = f"{figures.skipped:,} skipped, {figures.rejected:,} rejected, {figures.held:,} held"
    _section(sheet, 0.90, "Not mailed", note)
    _plot(
        sheet,
        (0.86 - 0.036 * max(2, len(figures.reasons)), 0.86),
        figures.reasons,
        charts.reasons,
        figures,
        "Everybody was mailed.",
        0.3,
    )
    shown = [each for each in figures.domains if each.accepted]
    _section(sheet, 0.52, "By domain", "Delivered of what was accepted, largest domains first")
    _plot(sheet, (0.48 - 0.033 * max(2, len(shown)), 0.48), shown, charts.domains, figures, "Nothing was accepted.", 0.3)
    _foot(sheet, figures, 2)
    return sheet


def _tiles(sheet: Figure, figures: Figures, top: float) -> None:
    for index, tile in enumerate(tiles(figures)):
        x = LEFT + (RIGHT - LEFT) / 3 * (index % 3)
        y = top - 0.062 * (index // 3)
        sheet.text(x, y, tile.name, color=PRINT.muted, fontsize=8.5)
        sheet.text(x, y - 0.0225, tile.value, color=PRINT.ink, fontsize=16, fontweight="bold")
        sheet.text(x, y - 0.037, tile.note, color=PRINT.muted, fontsize=7.5)


def _section(sheet: Figure, y: float, title: str, note: str) -> None:
    sheet.add_artist(Line2D([LEFT, RIGHT], [y + 0.026] * 2, color=PRINT.line, linewidth=0.8))
    sheet.text(LEFT, y, title, color=PRINT.ink, fontsize=12, fontweight="bold")
    sheet.text(LEFT, y - 0.017, note, color=PRINT.muted, fontsize=8.5)


def _plot(sheet: Figure, span: tuple[float, float], shown, draw, figures: Figures, nothing: str, left: float = 0.14) -> None:
    bottom, top = span
    if not shown:
        sheet.text(LEFT, top - 0.03, nothing, color=PRINT.muted, fontsize=10)
        return
    draw(sheet.add_axes((left, bottom, RIGHT - left, top - bottom)), figures, PRINT)


def _foot(sheet: Figure, figures: Figures, number: int) -> None:
    text = f"Figures until {moment(figures.until)} ({figures.time_zone}). Opens are an estimate. Made by Fanfare."
    sheet.text(LEFT, 0.035, text, color=PRINT.muted, fontsize=7.5)
    sheet.text(RIGHT, 0.035, f"{number} / 2", color=PRINT.muted, fontsize=7.5, ha="right")
