if (m := find("x")) is not None and (n := m.size) > 3:
    use(m, n)
kept = [y for x in data if (y := clean(x))]
while (line := next_line()) != "":
    print(line)
