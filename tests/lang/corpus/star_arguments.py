def tell(first, *rest, sep=", ", **options):
    return sep.join([first, *rest]), {**options, "n": len(rest)}

args = ["a", "b"]
tell(*args, "c", sep="; ", **{"x": 1})
tell("z", *[], *args)
head, *body, last = [*range(5)]
