"""What the catalogues of OCLC's SunRise, InfoGuide WebOPAC and TouchPoint, show alike."""
