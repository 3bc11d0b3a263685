from tests.features.saved.conftest import house, packed

__all__ = ["house", "packed"]
