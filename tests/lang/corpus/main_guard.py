import math

def area(radius: float) -> float:
    """The area of a circle."""
    return math.pi * radius ** 2

def main() -> None:
    print(round(area(2.0), 3))

if __name__ == "__main__":
    main()
