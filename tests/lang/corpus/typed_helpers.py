from typing import Any, Optional

def first(items: list[Any], default: Optional[str] = None) -> Any:
    for item in items:
        return item
    return default

def names(users: "list[User]", *, upper: bool = False) -> list[str]:
    return [u.name.upper() if upper else u.name for u in users]
