class BadPackage(Exception): pass
