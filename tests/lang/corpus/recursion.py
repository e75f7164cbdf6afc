def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def flatten(x):
    if isinstance(x, (list, tuple)):
        return [z for y in x for z in flatten(y)]
    return [x]

flatten([1, [2, (3, [fib(6)])]])
