"""`doctor`: what is wrong on this computer and in Discord, and how to mend it."""
