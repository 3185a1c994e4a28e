"""Being written."""
from typing import Any
def compare(*args: Any, **choice: Any) -> Any:
    raise NotImplementedError
def explain(*args: Any, **choice: Any) -> Any:
    raise NotImplementedError
