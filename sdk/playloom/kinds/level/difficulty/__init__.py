"""How hard a level is: a measure of the finished map, and how the generator aims at one."""
