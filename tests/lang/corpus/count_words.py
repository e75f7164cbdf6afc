import re
from collections import Counter

words = re.findall(r"[a-z']+", read_file(path="notes.txt").lower())
top = Counter(words).most_common(5)
for rank, (word, n) in enumerate(top, start=1):
    print(f"{rank:>2}. {word:<12}{n:5d}")
