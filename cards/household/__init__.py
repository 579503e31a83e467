"""What people do with their family and with what is kept of them: invite, leave, take it home, delete it."""
