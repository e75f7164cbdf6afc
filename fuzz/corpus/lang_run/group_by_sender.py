from collections import defaultdict

groups = defaultdict(list)
for mail in get_mails():
    groups[mail.sender].append(mail.subject)
report = "\n".join(f"{sender}: {', '.join(subjects)}" for sender, subjects in sorted(groups.items()))
