def make_counter(step=1):
    count = 0

    def advance(by: int = step) -> int:
        nonlocal count
        count += by
        return count

    return advance

tick = make_counter(2)
values = [tick(), tick(), tick(5)]
