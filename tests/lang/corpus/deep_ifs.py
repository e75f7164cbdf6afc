if a:
    if b:
        if c:
            if d:
                r = 1
            elif e:
                r = 2
            else:
                r = 3
        else: r = 4
    elif f: r = 5
else:
    r = 6
