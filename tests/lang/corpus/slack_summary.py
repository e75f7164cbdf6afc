channels = [c for c in get_channels() if not c.startswith("_")]
summaries = {}
for channel in channels:
    messages = read_channel(channel)
    if not messages:
        continue
    text = "\n".join([f"{m.sender}: {m.body}" for m in messages])
    summaries[channel] = parse_with_ai(f"Summarise in one line:\n{text}", str)
post("general", "; ".join(f"{c} - {s}" for c, s in summaries.items()))
