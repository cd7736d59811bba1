"""What a report shows, and what nobody can put into it."""

import re
from html.parser import HTMLParser

import pytest
from fanfare.api.v1.blast_pb2 import GetBlastStatisticsResponse
from reporter.figures import Figures, clean, percent
from reporter.render import render
from sample_figures import stamp, statistics

HOSTILE = [
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)></title></style><h1>x",
    "$\\frac{1$ $\\nonsense{$ a\u202egnp.exe\x00\r\n \U0001f327 шторм 嵐",
    "x" * 200,
]


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def parsed(html: bytes) -> Elements:
    elements = Elements()
    elements.feed(html.decode())
    return elements


@pytest.fixture(scope="module")
def report() -> tuple[Elements, bytes, bytes]:
    html, pdf = render(Figures.of(statistics(), stamp(90_000)))
    return parsed(html), html, pdf


def test_the_page_says_what_happened(report):
    page, _, _ = report
    words = (
        "Storm warning",
        "Gulf Coast Insurance",
        "4,098",
        "41.8 %",
        "741 customers were not mailed",
        "gmail.com",
        "Opted out",
    )
    for said in words:
        assert said in page.text


def test_the_page_loads_nothing_and_runs_nothing(report):
    page, html, _ = report
    assert not {"script", "link", "iframe", "img", "object"} & set(page.tags)
    assert [value for name, value in page.attributes if name in ("src", "href")] == ["report.pdf"]
    assert not re.search(rb"url\((?!#)|@import|@font-face", html)
    assert b"default-src 'none'" in html


def test_each_plot_has_words_for_those_who_cannot_see_it(report):
    page, _, _ = report
    assert page.tags.count("svg") == 4
    labels = [value for name, value in page.attributes if name == "aria-label"]
    assert len(labels) == 4 and all(label.split(":")[0].endswith("chart") for label in labels)
    assert page.tags.count("table") == 4
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_every_colour_is_the_page_s_own_so_that_dark_is_dark(report):
    _, html, _ = report
    body = html.decode().split("</style>", 1)[1]
    assert set(re.findall(r"#[0-9a-f]{6}\b", body)) <= {"#000000"}
    assert "prefers-color-scheme: dark" in html.decode()


def test_the_pdf_has_two_pages_and_no_moment_of_its_own(report):
    _, _, pdf = report
    assert pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 2
    assert b"/CreationDate (D:20261123103000" in pdf


def test_the_same_figures_give_the_same_bytes(report):
    _, html, pdf = report
    assert render(Figures.of(statistics(), stamp(90_000))) == (html, pdf)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_name(report, name):
    figures = Figures.of(statistics(name=name, agency=name), stamp(90_000))
    html, pdf = render(figures)
    page, usual = parsed(html), report[0]
    assert page.tags == usual.tags
    assert [name for name, _ in page.attributes] == [name for name, _ in usual.attributes]
    assert clean(name) in page.text
    assert pdf.rstrip().endswith(b"%%EOF")


def test_a_blast_of_which_nothing_is_known_yet_still_has_a_report():
    answer = GetBlastStatisticsResponse()
    answer.blast.completed_at.CopyFrom(stamp(0))
    html, pdf = render(Figures.of(answer, stamp(1)))
    assert "Nothing was accepted." in parsed(html).text and pdf.startswith(b"%PDF-")


def test_many_reasons_and_hostile_domains_are_summed_and_shown():
    answer = statistics()
    answer.blast.balance_sheet.reasons.update({f"<b>{index}</b>": 1 for index in range(40)})
    answer.domains.add(domain="<svg onload=x>" * 9, audience=5, accepted=5)
    figures = Figures.of(answer, stamp(1))
    assert len(figures.reasons) == 8 and figures.reasons[-1][0] == "Other reasons"
    page = parsed(render(figures)[0])
    assert "b" not in page.tags and not [name for name, _ in page.attributes if name == "onload"]


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "–"), (0, 9, "0 %"), (9, 9, "100 %"), (9_999, 10_000, "99.9 %"), (1, 10_000, "0.1 %"), (1, 3, "33.3 %")],
)
def test_a_share_never_rounds_to_all_or_nothing(part, whole, said):
    assert percent(part, whole) == said
