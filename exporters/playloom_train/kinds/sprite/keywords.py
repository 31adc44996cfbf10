"""What names of files and folders say of a sprite: the categories, their folder names and their words.

A name is read word by word in the singular. Words of `FOLDERS` name a whole class
and decide wherever they stand in the path; words of `THINGS` name one thing, and
the last one in the file's name decides ("fire sword" is a sword).
"""

CATEGORIES = (
    "armour",
    "book",
    "character",
    "creature",
    "decor",
    "effect",
    "feature",
    "food",
    "item",
    "jewellery",
    "paperdoll",
    "plant",
    "potion",
    "terrain-floor",
    "terrain-liquid",
    "terrain-wall",
    "treasure",
    "vehicle",
    "wand",
    "weapon",
)

FOLDERS = {
    "armour": "armour armor clothing clothe equipment wearable",
    "book": "book scroll spellbook",
    "character": "character hero player npc people person human villager townsfolk actor",
    "creature": "creature monster enemy mon mob animal beast boss undead demon",
    "decor": "decor decoration furniture prop house building interior exterior",
    "effect": "effect fx vfx particle projectile missile spell explosion",
    "feature": "feature door gate trap altar gateway portal",
    "food": "food foodstuff drink meal",
    "item": "item object misc tool icon pickup",
    "jewellery": "jewellery jewelry amulet ring",
    "paperdoll": "paperdoll doll",
    "plant": "plant tree vegetation flora",
    "potion": "potion",
    "terrain-floor": "floor ground",
    "terrain-liquid": "water liquid",
    "terrain-wall": "wall",
    "treasure": "treasure gem coin loot currency",
    "vehicle": "vehicle ship spaceship aircraft",
    "wand": "wand rod",
    "weapon": "weapon sword ranged melee",
}

THINGS = {
    "armour": """armour armor helmet helm shield buckler mail chainmail ringmail platemail boot glove gauntlet
        cloak robe cape hat cap hood breastplate chestplate greave legging tunic barding bracer shoe pants
        trousers shirt""",
    "book": "book tome scroll grimoire manual parchment page codex diary journal map letter",
    "character": """man woman boy girl hero heroine knight warrior mage wizard witch archer thief rogue priest
        cleric monk ninja samurai soldier guard king queen prince princess villager farmer merchant worker
        human elf dwarf paladin ranger druid bard pirate viking hunter adventurer child elder noble
        blacksmith cook miner sailor gladiator caveman cavegirl player npc""",
    "creature": """goblin orc troll ogre giant slime skeleton zombie ghost ghoul wraith vampire mummy lich
        demon devil imp dragon drake wyvern hydra snake serpent spider scorpion rat mouse bat wolf dog cat
        bear lion tiger boar pig cow horse sheep chicken bird eagle owl crow frog toad lizard crocodile turtle
        fish shark octopus squid crab worm beetle bee wasp ant fly butterfly moth mosquito snail
        golem elemental gargoyle minotaur centaur naga medusa harpy mimic beholder
        kobold gnoll lizardman werewolf monkey ape elephant camel deer fox rabbit raccoon monster
        creature beast animal dinosaur unicorn griffin phoenix basilisk cyclops eyeball mole hound
        spirit specter spectre shade blob jelly ooze fairy pixie necromancer""",
    "decor": """statue table chair bed shelf bookshelf cabinet carpet rug banner flag barrel crate sign
        gravestone tombstone grave fountain window house hut tent tower building candle candelabra lamp
        lantern torch fireplace painting mirror pot vase well bench stool throne curtain column stove oven
        cauldron anvil skull bone boulder rock crystal clock furnace campfire bonfire""",
    "effect": """effect explosion smoke spark flame beam bolt blast fireball cloud dust splash slash
        lightning aura glow projectile bullet particle blood impact magic spell""",
    "feature": """door gate portal stair stairs staircase ladder trap altar bridge fence lever switch button
        exit entrance rail track shop hatch trapdoor""",
    "food": """food apple banana pear orange lemon cherry strawberry grape melon bread cheese meat beef steak
        ham chicken sausage egg cake pie cookie biscuit pizza fish sushi shrimp carrot potato tomato onion
        corn mushroom rice noodle soup honey honeycomb milk wine beer tea coffee ration seed nut fruit
        vegetable jerky onigiri""",
    "item": """item rune talisman key tool rope bag backpack box chest deck dice orb gizmo figurine lens
        compass hourglass bell drum flute horn instrument bucket shovel hoe sickle fishing net bandage
        ball card gear battery disc lockpick bomb""",
    "jewellery": "amulet ring necklace pendant brooch earring bracelet crown tiara circlet jewel medallion",
    "paperdoll": "paperdoll",
    "plant": """plant tree bush shrub flower cactus grass hedge fern vine sapling log stump leaf lily reed
        rose sunflower palm pine oak herb crop wheat
        fungus""",
    "potion": "potion bottle vial flask elixir phial antidote medipack",
    "terrain-floor": """floor ground grass sand dirt path road gravel cobble cobblestone tile pavement snow
        mud plank pebble""",
    "terrain-liquid": "water lava river sea ocean lake pond swamp liquid wave acid",
    "terrain-wall": "wall brick cliff roof pillar battlement",
    "treasure": """gold coin gem diamond ruby emerald sapphire amethyst topaz pearl treasure money cup ingot
        bar chalice goblet nugget""",
    "vehicle": """car truck bus plane aircraft airplane ship boat spaceship rocket tank train helicopter cart
        wagon bicycle motorcycle ufo""",
    "wand": "wand rod",
    "weapon": """sword axe mace flail spear bow dagger knife club hammer staff halberd crossbow sling
        arrow whip scythe trident katana scimitar rapier blade glaive lance pike polearm javelin dart
        boomerang shuriken gun pistol rifle shotgun quiver morningstar greatsword longsword shortsword
        longbow shortbow claymore cutlass falchion sabre saber pickaxe quarterstaff sceptre cleaver weapon
        battleaxe warhammer""",
}

# Where both are named, the first it is: a "goblin archer" is no human.
BEINGS = ("creature", "character")
# Folders of ground: what lies there is floor, wall or liquid, whatever else its name says.
TERRAIN = "terrain"
TILES = frozenset(["tile", "tileset", "terrain"])
# Words that decide wherever they stand: a "statue orb" is a statue.
ALWAYS = frozenset(["statue"])

# Words that say which picture of a series it is, how large, or which way it looks; nothing of the thing.
NO_TAGS = """the a an of and in on with for from to by at or no is it
    left right up down north south east west front back side top bottom upper lower
    frame anim animation sheet spritesheet sprite tile tileset tilesheet image img pic icon png gif
    new old copy final version alt px pixel pack asset assets art free demo set
    idle walk run attack jump hit hurt dead death die shoot cast
    x y w h n s e btm lft rgt src source raw export exported output untitled"""
