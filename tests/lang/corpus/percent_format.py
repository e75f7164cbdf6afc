line = "%s has %d of %.1f%%" % (name, count, share)
pad = "%-10s|" % name
print(line + pad * 2)
