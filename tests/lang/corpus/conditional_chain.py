size = "s" if n < 10 else "m" if n < 100 else "l"
value = (a or b) and not (c or d)
pick = (lambda x: x + 1) if flag else (lambda x: x - 1)
