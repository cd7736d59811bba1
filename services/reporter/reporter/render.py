"""A report's two files."""

from .figures import Figures
from .page import page
from .print import print_out


def render(figures: Figures) -> tuple[bytes, bytes]:
    """HTML and PDF. The same figures give the same bytes."""
    return page(figures).encode(), print_out(figures)
