from pydantic import BaseModel, EmailStr
from typing import Literal

class Contact(BaseModel):
    name: str
    email: EmailStr | None = None
    kind: Literal["work", "home"] = "work"
    tags: list[str] = []

contacts = query_ai_assistant("Who is mentioned?", output_schema=list[Contact])
addresses = [c.email for c in contacts if c.email and c.kind == "work"]
