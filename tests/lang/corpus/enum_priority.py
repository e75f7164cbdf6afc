from enum import Enum

class Priority(Enum):
    LOW = 1
    HIGH = "high"

tickets = find_tickets()
urgent = [t for t in tickets if Priority(t.priority) is Priority.HIGH]
len(urgent)
