import json

config = json.loads(read_file("config.json"))
limits = {k: int(v) for k, v in config.get("limits", {}).items() if v}
config["limits"] = {**limits, "rate": min(limits.get("rate", 10), 100)}
write_file("config.json", json.dumps(config, indent=2, sort_keys=True))
