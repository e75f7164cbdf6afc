newest = sorted(get_mails(), key=lambda m: m.received, reverse=True)[0]
answer = query_ai_assistant(f"Write a short, friendly answer to: {newest.body}")
send_mail(recipients=[newest.sender], subject="Re: " + newest.subject, body=answer)
