import pytest

from ganlib.catalog.initializers import INITIALIZERS, PRIORS
from ganlib.models import priors
from ganlib.utils.errors import UserError


@pytest.mark.parametrize("table", [INITIALIZERS, PRIORS])
def test_tables_are_keyed_by_name_and_say_what_each_is(table):
    for name, spec in table.items():
        assert spec.name == name
        assert spec.title
        assert spec.about.endswith(".")


def test_what_computes_has_the_same_names():
    assert list(priors.PRIORS) == list(PRIORS)


def test_unknown_prior_lists_the_names_there_are():
    with pytest.raises(UserError, match=r"no noise prior 'cauchy'; choose one of: normal, uniform\."):
        priors.get("cauchy")
