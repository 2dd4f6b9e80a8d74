"""Teams that nobody else has, with what the published requests are about."""

import pytest

from backend import Backend


@pytest.fixture(scope="session")
def shop():
    return Backend()


@pytest.fixture
def another_shop():
    """One for which nothing runs."""
    return Backend()
