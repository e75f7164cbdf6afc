match = {"case": 1}
match["case"] = 2
case = match
type = "person"
print(match, case, type)
match.get("case")
