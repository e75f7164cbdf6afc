from dataclasses import dataclass

@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0

points = [Point(1), Point(2, y=3), Point(x=4, y=5)]
far = max(points, key=lambda p: p.x ** 2 + p.y ** 2)
far
