users = get_users_in_channel("general")
invited = []
for user in users:
    if user in {"Alice", "Bob"}: continue
    dm = read_inbox(user)
    if any("project" in m.body for m in dm):
        invite_user(user, channel="project")
        invited += [user]
final_answer = f"invited {len(invited)} {'person' if len(invited) == 1 else 'people'}"
