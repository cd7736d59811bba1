"""The HTML report: one file that loads nothing, light and dark, readable without sight and without style."""

from html import escape

from . import charts
from .figures import Figures, Hour, Point
from .style import STYLE
from .words import day, duration, moment, summary, tiles

# Beside the header that serves it; a copy on somebody's disk has only this.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
# A table below a plot is for reading, not for archives.
ROWS_MAX = 40


def page(figures: Figures) -> str:
    """Whatever comes from people goes through `escape`."""
    title = escape(figures.blast)
    took = duration(figures.completed_at - figures.accepted_at)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{title} · report</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<header>
<p class="agency">{escape(figures.agency)}</p>
<h1>{title}</h1>
<p class="when">{day(figures.accepted_at)} <span>·</span> {escape(figures.lane)} lane <span>·</span> complete after {took}</p>
<p class="summary">{escape(summary(figures))}</p>
<p class="actions"><a href="report.pdf">Download as PDF</a></p>
</header>
<dl class="tiles">{"".join(_tile(tile.name, tile.value, tile.note) for tile in tiles(figures))}</dl>
{_curve(figures)}
{_engagement(figures)}
<div class="pair">
{_reasons(figures)}
{_domains(figures)}
</div>
<footer>Figures until {moment(figures.until)} ({escape(figures.time_zone)}); opens and clicks count each customer once.
Opens are an estimate: some mail programs open every mail, others block the sign of it. Made by Fanfare.</footer>
</main>
</body>
</html>
"""


def _tile(name: str, value: str, note: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd><dd class=note>{escape(note)}</dd></div>"


def _card(name: str, title: str, note: str, plot: str, table: str) -> str:
    details = f"<details><summary>Show the figures</summary>{table}</details>" if table else ""
    heading = f'<h2 id="{name}">{escape(title)}</h2>'
    return f'<section aria-labelledby="{name}">{heading}<p class="note">{escape(note)}</p>{plot}{details}</section>'


def _nothing(what: str) -> str:
    return f'<p class="nothing">{escape(what)}</p>'


def _curve(figures: Figures) -> str:
    note = "Mails accepted and delivered so far, in the agency's local time"
    if not figures.curve:
        return _card("curve", "Delivery", note, _nothing("Nothing was accepted."), "")
    label = f"Line chart: {figures.accepted:,} accepted and {figures.delivered:,} delivered by {moment(figures.curve[-1].at)}"
    plot = charts.svg(charts.delivery_curve, figures, label=label, name="curve")
    points: tuple[Point, ...] = _thinned(figures.curve)
    rows = [(moment(point.at), f"{point.accepted:,}", f"{point.delivered:,}") for point in points]
    return _card("curve", "Delivery", note, plot, _table(("Until", "Accepted", "Delivered"), rows))


def _engagement(figures: Figures) -> str:
    by = "hour" if figures.hour_seconds == 3600 else "time"
    title, note = f"Opens and clicks by {by}", "First opens and first clicks, in the agency's local time"
    if not figures.hours:
        return _card("reading", title, note, _nothing("Nobody had opened it yet."), "")
    label = f"Bar chart: {figures.opened:,} opened, {figures.clicked:,} clicked"
    plot = charts.svg(charts.engagement, figures, label=label, name="reading", height=2.4)
    hours: tuple[Hour, ...] = _thinned(figures.hours)
    rows = [(moment(hour.start), f"{hour.opened:,}", f"{hour.clicked:,}") for hour in hours]
    return _card("reading", title, note, plot, _table(("From", "Opened", "Clicked"), rows))


def _reasons(figures: Figures) -> str:
    note = f"{figures.skipped:,} skipped, {figures.rejected:,} rejected, {figures.held:,} held"
    if not figures.reasons:
        return _card("reasons", "Not mailed", note, _nothing("Everybody was mailed."), "")
    most, count = figures.reasons[0]
    label = escape(f"Bar chart: {len(figures.reasons)} reasons, most often {most.lower()} with {count:,}", quote=True)
    plot = charts.svg(charts.reasons, figures, label=label, name="reasons", width=3.7, height=_rows_height(len(figures.reasons)))
    rows = [(name, f"{count:,}") for name, count in figures.reasons]
    return _card("reasons", "Not mailed", note, plot, _table(("Reason", "Customers"), rows))


def _domains(figures: Figures) -> str:
    note = "Delivered of what was accepted, largest domains first"
    shown = [each for each in figures.domains if each.accepted]
    if not shown:
        return _card("domains", "By domain", note, _nothing("Nothing was accepted."), "")
    label = f"Bar chart: share delivered for {len(shown)} domains"
    plot = charts.svg(charts.domains, figures, label=label, name="domains", width=3.7, height=_rows_height(len(shown)))
    rows = [
        (charts.domain_name(each.domain), *(f"{n:,}" for n in (each.audience, each.accepted, each.delivered, each.bounced)))
        for each in figures.domains
    ]
    return _card("domains", "By domain", note, plot, _table(("Domain", "Audience", "Accepted", "Delivered", "Bounced"), rows))


def _rows_height(rows: int) -> float:
    return 0.2 + 0.29 * rows


def _thinned(rows: tuple) -> tuple:
    step = -(-len(rows) // ROWS_MAX)
    return rows if step <= 1 else (*rows[:-1:step], rows[-1])


def _table(titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>' for row in rows
    )
    return f"<div class=scroll><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
