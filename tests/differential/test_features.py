"""Every feature has a case, cases name features that there are, and the page says what the cases say."""

from tests.differential.features import HERE, PAGE, features, page, shown_by
from tests.rewrite.cases import cases


def test_every_feature_is_shown() -> None:
    shown = {name for case in cases(HERE / "cases") for name in shown_by(case)}
    listed = [feature.name for feature in features()]
    assert len(set(listed)) == len(listed)
    assert shown <= set(listed)
    assert {feature.name for feature in features() if not feature.refused} <= shown


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "run python -m tests.differential.features"
