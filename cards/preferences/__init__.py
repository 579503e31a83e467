"""What a person wants to be told, when and how: the form, and the same in words."""
