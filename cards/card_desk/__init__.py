"""What patrons do with their cards themselves: find the library, try the card, keep it, edit it, put it in order."""
