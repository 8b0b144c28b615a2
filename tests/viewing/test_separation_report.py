"""Report pages of depth separations."""

from pathlib import Path

import pytest
from pages import read_page

import exactnet as en
from exactnet.errors import LimitReached
from exactnet.viewing import separation_report
from exactnet.viewing.separation_report import save_separation_report

SMALL = {"tree-product": {"n": 2}, "sphere-sine": {"pieces": 16, "knots": 2}, "parity": {"bits": 4}}


def test_a_limit_in_the_statement_leaves_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tired(*_: object) -> None:
        raise LimitReached("the time limit of 1 s was reached")

    monkeypatch.setattr(separation_report, "examine_separation", tired)
    report = save_separation_report(en.separations.get("sawtooth"), tmp_path)
    words = read_page(report.page.read_text(encoding="utf-8"), ("network.json",))
    assert "not finished: the time limit of 1 s was reached" in words
    assert report.verdict is en.Proved


def test_an_interrupted_report_leaves_the_older_one_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    save_separation_report(en.separations.get("sawtooth"), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(separation_report, "examine_separation", stop)
    with pytest.raises(KeyboardInterrupt):
        save_separation_report(en.separations.get("parity", bits=4), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", en.separations.names())
def test_every_entry_has_a_page_that_stands_alone(tmp_path: Path, name: str) -> None:
    entry = en.separations.get(name, **SMALL.get(name, {}))
    report = save_separation_report(entry, tmp_path)
    assert report.verdict is en.Proved
    assert [path.name for path in report.files] == ["index.html", "network.json"]
    words = read_page(report.page.read_text(encoding="utf-8"), ("network.json",))
    for part in ("proved", "This rests on:", "The published statement, here", entry.title):
        assert part in words
    for statement in entry.statements:
        assert statement.source in words
    if isinstance(entry.network, en.ReluNetwork):
        assert en.load_network(report.files[1]) == entry.relu
