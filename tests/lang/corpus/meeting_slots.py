from datetime import datetime, timedelta

events = get_calendar(day="2024-05-15")
start = datetime.strptime("2024-05-15 09:00", "%Y-%m-%d %H:%M")
free = []
for event in events:
    if event.start - start >= timedelta(minutes=30):
        free.append((start, event.start))
    start = max(start, event.end)
final = [f"{a:%H:%M} to {b:%H:%M}" for a, b in free]
