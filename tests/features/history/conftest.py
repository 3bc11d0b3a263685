from tests.features.saved.conftest import packed, services

__all__ = ["packed", "services"]
