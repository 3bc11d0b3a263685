import pytest

# Their assertions say what they compared, as those of the tests do.
pytest.register_assert_rewrite("tests.wire.audit", "tests.wire.deployment")
