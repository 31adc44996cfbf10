"""Endless levels: chunks of a plane, each made when it is asked for, that always fit one another."""
