"""Being written."""
from typing import Any
def resolve(*args: Any, **choice: Any) -> Any:
    raise NotImplementedError
def resolve_all(*args: Any, **choice: Any) -> Any:
    raise NotImplementedError
