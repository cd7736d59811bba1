"""Plots, each drawn once and used twice: on the PDF's axes, and as SVG whose colours are the page's own."""

import io
import logging
import os
import re
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# The fonts' index is written on first use, and an image's own files cannot be written.
os.environ.setdefault("MPLCONFIGDIR", str(Path(tempfile.gettempdir()) / f"fanfare-matplotlib-{os.getuid()}"))

import matplotlib
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from .figures import Figures, percent

matplotlib.use("Agg")
matplotlib.rcParams.update(
    {
        # Text stays text: it can be read aloud, and takes the page's font.
        "svg.fonttype": "none",
        "pdf.fonttype": 42,
        # The same figures give the same bytes.
        "svg.hashsalt": "fanfare",
        # A blast called $x$ is called that.
        "text.parse_math": False,
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "path.simplify": True,
    }
)
warnings.filterwarnings("ignore", message="Glyph .* missing from")
logging.getLogger("matplotlib").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Palette:
    ink: str
    muted: str
    line: str
    first: str
    second: str
    warm: str
    paper: str


# Print is always light. The first two differ in lightness too, so that they tell apart without colour.
PRINT = Palette("#1a1f36", "#697386", "#e3e8ee", "#635bff", "#0a8f8f", "#c2571a", "#ffffff")
# Stand-ins that the page's style sheet replaces, light or dark.
STAND_INS = Palette("#010101", "#020202", "#030303", "#040404", "#050505", "#060606", "#070707")
_VARIABLES = {value: f"var(--{name})" for name, value in vars(STAND_INS).items()}

Draw = Callable[[Axes, Figures, Palette], None]


def svg(draw: Draw, figures: Figures, *, label: str, name: str, width: float = 7.2, height: float = 2.7) -> str:
    """A plot to be put into a page. `label` is for those who cannot see it, `name` makes its inner ids its own."""
    figure = Figure(figsize=(width, height), layout="constrained")
    draw(figure.add_subplot(), figures, STAND_INS)
    out = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": name}):
        figure.savefig(
            out, format="svg", transparent=True, metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", text, flags=re.DOTALL)
    # Groups are numbered alike in each plot; nothing refers to them.
    text = re.sub(r'<g id="[^"]*"', "<g", text)
    text = re.sub(r'^<svg [^>]*?viewBox="([^"]*)"[^>]*>', rf'<svg viewBox="\1" role="img" aria-label="{label}">', text)
    text = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font: \1 var(--font)", text)
    for stand_in, variable in _VARIABLES.items():
        text = text.replace(stand_in, variable)
    return text


def plain_axes(axes: Axes, palette: Palette, *, grid: str | None = "y") -> None:
    """No frame, no ticks, a quiet grid."""
    axes.patch.set_alpha(0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0, colors=palette.muted, labelsize=8.5)
    if grid:
        axes.grid(axis=grid, color=palette.line, linewidth=0.8)
        axes.set_axisbelow(True)


def delivery_curve(axes: Axes, figures: Figures, palette: Palette) -> None:
    """How many had been accepted by the provider, and how many had reached the mailbox."""
    plain_axes(axes, palette)
    at = [point.at for point in figures.curve]
    accepted = [point.accepted for point in figures.curve]
    delivered = [point.delivered for point in figures.curve]
    axes.fill_between(at, delivered, color=palette.second, alpha=0.14, linewidth=0)
    axes.plot(at, accepted, color=palette.first, linewidth=2, label="accepted by the provider")
    axes.plot(at, delivered, color=palette.second, linewidth=2, label="delivered to the mailbox")
    _time_axis(axes)
    _counts(axes.yaxis)
    axes.set_ylim(0, max(accepted + delivered + [1]) * 1.12)
    _legend(axes, palette)


def engagement(axes: Axes, figures: Figures, palette: Palette) -> None:
    """First opens and first clicks by hour."""
    plain_axes(axes, palette)
    starts = [date2num(hour.start) for hour in figures.hours]
    step = figures.hour_seconds / 86_400
    width = step * 0.42
    opened = [hour.opened for hour in figures.hours]
    clicked = [hour.clicked for hour in figures.hours]
    axes.bar([x + step * 0.27 for x in starts], opened, width, color=palette.first, label="opened")
    axes.bar([x + step * 0.73 for x in starts], clicked, width, color=palette.second, label="clicked")
    # A single bucket would fill the whole width.
    axes.set_xlim(starts[0] - step, max(starts[-1] + 2 * step, starts[0] + 7 * step))
    _time_axis(axes)
    _counts(axes.yaxis)
    axes.set_ylim(0, max(opened + clicked + [1]) * 1.18)
    _legend(axes, palette)


def reasons(axes: Axes, figures: Figures, palette: Palette) -> None:
    """Why customers were not mailed, the most frequent first."""
    plain_axes(axes, palette, grid=None)
    names = [name for name, _ in figures.reasons]
    counts = [count for _, count in figures.reasons]
    _bars(axes, palette, names, counts, [f"{count:,}" for count in counts], palette.warm)


def domains(axes: Axes, figures: Figures, palette: Palette) -> None:
    """How much of what the provider accepted for each domain reached the mailbox."""
    plain_axes(axes, palette, grid=None)
    shown = [each for each in figures.domains if each.accepted]
    names = [domain_name(each.domain) for each in shown]
    shares = [100 * each.delivered / each.accepted for each in shown]
    labels = [f"{percent(each.delivered, each.accepted)} of {each.accepted:,}" for each in shown]
    axes.barh(range(len(shown)), [100] * len(shown), 0.56, color=palette.line)
    _bars(axes, palette, names, shares, labels, palette.second, longest=100)


def domain_name(domain: str) -> str:
    """A name that fits; the sum of the others has none."""
    if not domain:
        return "all others"
    return domain if len(domain) <= 28 else f"{domain[:27]}…"


def _bars(axes: Axes, palette: Palette, names: list[str], values: list, labels: list[str], colour: str, longest=None) -> None:
    rows = range(len(names))
    axes.barh(rows, values, 0.56, color=colour)
    axes.set_yticks(rows, names, color=palette.ink)
    axes.invert_yaxis()
    axes.set_xticks([])
    most = longest or max([*values, 1])
    axes.set_xlim(0, most * 1.22)
    for row, (value, label) in enumerate(zip(values, labels, strict=True)):
        end = most if longest else value
        axes.text(end + most * 0.015, row, label, va="center", color=palette.muted, fontsize=8.5)


def _time_axis(axes: Axes) -> None:
    locator = AutoDateLocator(minticks=3, maxticks=8)
    axes.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator, show_offset=False)
    formatter.formats[4:] = ["%H:%M", "%H:%M:%S"]
    formatter.zero_formats[4:] = ["%H:%M", "%H:%M"]
    axes.xaxis.set_major_formatter(formatter)


def _counts(axis) -> None:
    axis.set_major_locator(MaxNLocator(4, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))


def _legend(axes: Axes, palette: Palette) -> None:
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.0),
        ncols=2,
        frameon=False,
        labelcolor=palette.muted,
        fontsize=8.5,
        handlelength=1.1,
        columnspacing=1.6,
        borderpad=0,
    )
