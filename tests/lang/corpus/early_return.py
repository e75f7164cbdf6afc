def find_user(name):
    for user in get_users():
        if user.name == name:
            return user
        elif user.nick == name:
            return user
    return None

u = find_user("bob")
print(u.id if u else "nobody")
