"""Signing in: what we ask of django-allauth, and ProConnect."""
