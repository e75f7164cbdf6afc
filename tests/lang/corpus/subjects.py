subject = mail.subject or "(none)"
prefix = "" if subject.lower().startswith("re:") else "Re: "
cc = [a for a in mail.cc if a != me] + ([manager] if mail.urgent else [])
send_mail([mail.sender], prefix + subject, body, cc=cc or None, attachments=[{"type": "file", "file_id": f.id} for f in files])
